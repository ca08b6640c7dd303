(* Theorem IV.1 in the fifth reading, `continuous`: Definition II.1 with self pairs over continuous
   piecewise linear functions.  There f*_K is the solution g of g + 2K B g = y + 2K B h with h the
   function of `density`; it exists and is unique, its limits are those of Eqs. (5)-(7), and the
   last line holds from K = 1 on. *)

From Coq Require Import Reals ZArith Lia Lra FunctionalExtensionality.
From LocalMixup Require Import Sums Lattice Fejer Equation3 Blocks.
From LocalMixup Require Import TheoremIV1Limits TheoremIV1Monotone.
Open Scope R_scope.

Lemma bounds a b : Rabs a <= b -> - b <= a <= b.
Proof. intros H. unfold Rabs in H. destruct (Rcase_abs a); lra. Qed.

(* The maximum principle for g + t B g. *)
Lemma maximum_principle t g C E x : 0 <= t -> (forall x, Rabs (g x) <= C) ->
  (forall x, Rabs (g x + t * B g x) <= E) -> Rabs (g x) <= E / (1 + t / 3).
Proof.
  intros Ht HC HE.
  assert (HE0 : 0 <= E) by (eapply Rle_trans; [apply Rabs_pos | apply (HE 0%Z)]).
  assert (HC0 : 0 <= C) by (eapply Rle_trans; [apply Rabs_pos | apply (HC 0%Z)]).
  assert (Step : forall j x, Rabs (g x) <= E / (1 + t / 3) + C * (/ 2) ^ j).
  { intros j. induction j as [|j IH]; intros k.
    - simpl. assert (0 <= E / (1 + t / 3))
        by (apply Rmult_le_pos; auto; apply Rlt_le, Rinv_0_lt_compat; lra).
      specialize (HC k). lra.
    - set (d := C * (/ 2) ^ j) in *.
      assert (Hd : 0 <= d) by (apply Rmult_le_pos; auto; apply pow_le; lra).
      replace (C * (/ 2) ^ S j) with (d / 2) by (unfold d; simpl; field).
      set (e := E / (1 + t / 3)) in *. assert (HEe : E = e * (1 + t / 3)) by (unfold e; field; lra).
      pose proof (HE k) as Hk. pose proof (IH (k - 1)%Z) as Hl. pose proof (IH (k + 1)%Z) as Hr.
      unfold B in Hk. apply bounds in Hk, Hl, Hr. apply Rabs_le. nra. }
  apply le_epsilon. intros eps Heps.
  destruct (pow_lt_1_zero (/ 2) ltac:(rewrite Rabs_pos_eq; lra) (eps / (C + 1))
    ltac:(apply Rdiv_lt_0_compat; lra)) as [N HN].
  specialize (HN N (le_n N)).
  assert (Hp : 0 <= (/ 2) ^ N) by (apply pow_le; lra). rewrite Rabs_pos_eq in HN by auto.
  eapply Rle_trans; [apply (Step N)|]. apply Rplus_le_compat_l.
  apply Rle_trans with ((C + 1) * (eps / (C + 1))); [nra | apply Req_le; field; lra].
Qed.

(* The function of `continuous` is unique, even among the bounded ones. *)
Theorem continuous_unique K y g g' C x : continuous K y g -> continuous K y g' ->
  (forall x, Rabs (g x) <= C) -> (forall x, Rabs (g' x) <= C) -> g x = g' x.
Proof.
  intros E E' HC HC'. pose proof (pos_INR K).
  enough (Hd : Rabs (g x - g' x) <= 0).
  { apply bounds in Hd. lra. }
  replace 0 with (0 / (1 + 2 * INR K / 3)) by (field; lra).
  apply (maximum_principle (2 * INR K) (fun x => g x - g' x) (C + C)); [lra| |].
  - intros k. pose proof (bounds _ _ (HC k)). pose proof (bounds _ _ (HC' k)). apply Rabs_le. lra.
  - intros k. replace (_ + _) with 0; [rewrite Rabs_R0; lra|].
    specialize (E k). specialize (E' k). unfold B in *. lra.
Qed.

(* Sharp: not among the unbounded ones.  For K = 12 both 0 and (-4)^x solve it for y = 0. *)
Theorem continuous_unique_sharp :
  continuous 12 (fun _ => 0) (fun _ => 0) /\ continuous 12 (fun _ => 0) (fun x => powerRZ (-4) x).
Proof.
  assert (E : forall x, mix density 12 (fun _ => 0) x = 0).
  { intros x. rewrite (filter_eq _ _ (fun _ => 0 * 1 + 0 * 1))
      by (intros; try apply filter_mix; ring).
    rewrite (filter_lin _ 0 0 (fun _ => 1) (fun _ => 1)) by apply filter_mix. ring. }
  split; intros x; unfold B; rewrite !E; [ring|].
  unfold Z.sub. rewrite !powerRZ_add by lra. simpl. field.
Qed.

(* Up to a factor 1 + t B is (1 - rho S)(1 - rho S^-1), where S g(x) = g(x+1). *)
Lemma geometric n rho h : (1 <= n)%nat -> periodic n h -> Rabs rho < 1 ->
  exists u, periodic n u /\ forall x, u x - rho * u (x + 1)%Z = h x.
Proof.
  intros Hn P Hr. set (s m x := sum m (fun i => rho ^ i * h (x + Z.of_nat i)%Z)).
  assert (Hr1 : 1 - rho ^ n <> 0).
  { intros E. assert (E1 : rho ^ n = 1) by lra. destruct n as [|n]; [lia|].
    pose proof (pow_lt_1_compat (Rabs rho) (S n) ltac:(split; [apply Rabs_pos | auto]) ltac:(lia)).
    rewrite RPow_abs, E1, Rabs_R1 in H. lra. }
  exists (fun x => s n x / (1 - rho ^ n)). split.
  - intros x. f_equal. apply sum_ext; intros i _. f_equal. rewrite <- (P (x + _)%Z). f_equal. lia.
  - intros x. assert (E : forall m, s m x - rho * s m (x + 1)%Z
      = h x - rho ^ m * h (x + Z.of_nat m)%Z).
    { intros m. induction m as [|m IH]; [unfold s; simpl; rewrite Z.add_0_r; ring|].
      unfold s in *. cbn [sum pow].
      replace (x + 1 + Z.of_nat m)%Z with (x + Z.of_nat (S m))%Z by lia.
      lra. }
    specialize (E n). rewrite P in E.
    replace (h x) with ((h x - rho ^ n * h x) / (1 - rho ^ n)) by (field; auto).
    rewrite <- E. field. auto.
Qed.

Lemma solve n t h : (1 <= n)%nat -> 0 <= t -> periodic n h ->
  exists g, periodic n g /\ forall x, g x + t * B g x = h x.
Proof.
  intros Hn Ht P. set (a := t / 6). set (b := 1 + 4 * t / 6).
  assert (Hab : 0 <= a /\ 2 * a < b) by (unfold a, b; lra).
  set (d := sqrt (b ^ 2 - 4 * a ^ 2)). set (c := (b + d) / 2).
  assert (Hd : 0 <= d) by apply sqrt_pos.
  assert (Hdd : d * d = b ^ 2 - 4 * a ^ 2) by (apply sqrt_sqrt; nra).
  assert (Hc : a < c) by (unfold c; lra).
  assert (Hr : Rabs (- (a / c)) < 1).
  { rewrite Rabs_Ropp, Rabs_pos_eq by (apply Rmult_le_pos; [|apply Rlt_le, Rinv_0_lt_compat]; lra).
    apply Rmult_lt_reg_r with c; [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  destruct (geometric n _ h Hn P Hr) as [u [Pu Eu]].
  assert (Pu' : periodic n (fun x => u (- x)%Z / c)).
  { intros x. f_equal. rewrite <- (Pu (- (x + _))%Z). f_equal. lia. }
  destruct (geometric n _ _ Hn Pu' Hr) as [v [Pv Ev]].
  exists (fun x => v (- x)%Z). split.
  - intros x. rewrite <- (Pv (- (x + _))%Z). f_equal. lia.
  - intros x. rewrite <- Eu.
    pose proof (Ev (- x)%Z) as E1. pose proof (Ev (- (x + 1))%Z) as E2. cbv beta in E1, E2.
    replace (- (x + 1) + 1)%Z with (- x)%Z in E2 by lia.
    replace (- x + 1)%Z with (- (x - 1))%Z in E1 by lia.
    rewrite !Z.opp_involutive in E1, E2. unfold B.
    assert (Eb : b = c + a * a / c).
    { apply Rmult_eq_reg_r with c; [|lra].
      replace ((c + a * a / c) * c) with (c * c + a * a) by (field; lra).
      unfold c. nra. }
    replace (u x) with (c * (u x / c)) by (field; lra).
    replace (u (x + 1)%Z) with (c * (u (x + 1)%Z / c)) by (field; lra).
    rewrite <- E1, <- E2.
    replace (v (- x)%Z + t * ((v (- (x - 1))%Z + 4 * v (- x)%Z + v (- (x + 1))%Z) / 6))
      with (b * v (- x)%Z + a * (v (- (x - 1))%Z + v (- (x + 1))%Z)) by (unfold a, b; field).
    rewrite Eb. field. lra.
Qed.

(* f_K of `continuous` exists on Z/nZ. *)
Theorem continuous_exists K n y : (1 <= n)%nat -> periodic n y ->
  exists g, periodic n g /\ continuous K y g.
Proof.
  intros Hn P. pose proof (pos_INR K). apply solve; auto; [lra|].
  apply (filter_periodic n (fun y x => y x + 2 * INR K * B (mix density K y) x)); auto.
  apply filter_plus; [apply filter_id|].
  apply filter_scal, filter_comp; [apply filter_B | apply filter_mix].
Qed.

(* Limits. *)

Lemma mix_deviation_continuous K n y g : (1 <= K)%nat -> continuous K y g ->
  continuous K (deviation n y) (fun x => g x - mean n y).
Proof.
  intros HK E x. specialize (E x). unfold B in *.
  rewrite !mix_deviation by auto using density_reading. unfold deviation. lra.
Qed.

Lemma periodic_bound n g : (1 <= n)%nat -> periodic n g -> exists C, forall x, Rabs (g x) <= C.
Proof.
  intros Hn P. destruct (deviation_bound n g Hn P) as [Z HZ].
  exists (Z + Rabs (mean n g)). intros x.
  replace (g x) with (g x - mean n g + mean n g) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. specialize (HZ x). lra.
Qed.

(* Theorem IV.1, Eq. (5), with a rate, for `continuous`; H K is the harmonic number. *)
Theorem continuous_limit K n y g Z x : (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  periodic n g -> continuous K y g -> (forall x, Rabs (y x - mean n y) <= Z) ->
  Rabs (g x - mean n y) <= 3 * (1 + 2 * INR n * H K) * Z / (2 * INR K + 3).
Proof.
  intros HK Hn P Pg E Hz. pose proof (INR_pos K HK) as HK'.
  destruct (periodic_bound n _ Hn (deviation_periodic n g Pg)) as [C HC].
  replace (3 * _ * Z / _) with ((1 + 2 * INR n * H K) * Z / (1 + 2 * INR K / 3)) by (field; lra).
  apply (maximum_principle (2 * INR K) (fun x => g x - mean n y) (C + Rabs (mean n g - mean n y)));
    [lra| |].
  - intros k. replace (g k - mean n y) with (deviation n g k + (mean n g - mean n y))
      by (unfold deviation; ring).
    eapply Rle_trans; [apply Rabs_triang|]. specialize (HC k). lra.
  - intros k. rewrite (mix_deviation_continuous K n y g HK E k).
    assert (HD : forall k, - (INR n * H K * Z / INR K) <= mix density K (deviation n y) k
      <= INR n * H K * Z / INR K).
    { intros j. apply bounds. rewrite mix_deviation by auto using density_reading.
      apply density_limit; auto. }
    pose proof (bounds _ _ (Hz k)) as Hk. unfold B. set (e := INR n * H K * Z / INR K) in *.
    assert (He : INR n * H K * Z = e * INR K) by (unfold e; field; lra).
    pose proof (HD (k - 1)%Z) as H1. pose proof (HD k) as H2. pose proof (HD (k + 1)%Z) as H3.
    apply Rabs_le. unfold deviation at 1 5. nra.
Qed.

Lemma continuous_limits n y g : (1 <= n)%nat -> periodic n y ->
  (forall K, (1 <= K)%nat -> periodic n (g K) /\ continuous K y (g K)) ->
  (forall x, Un_cv (fun K => g K x) (mean n y))
  /\ Un_cv (fun K => Bias2 n (g K) y) (Var n y) /\ Un_cv (fun K => Var n (g K)) 0.
Proof.
  intros Hn P Hg. destruct (deviation_bound n y Hn P) as [Z HZ].
  apply (limits n y (3 * (1 + 4 * INR n) * Z / 2)); auto.
  intros K x HK. destruct (Hg K HK) as [Pg E].
  eapply Rle_trans; [apply continuous_limit; eauto|].
  assert (HZ0 : 0 <= Z) by (eapply Rle_trans; [apply Rabs_pos | apply (HZ 0%Z)]).
  pose proof (INR_ge_1 K HK) as HK'. pose proof (pos_INR n) as Hn'. pose proof (H_sqrt K) as HH.
  pose proof (sqrt_sqrt (INR K) ltac:(lra)) as Hs.
  assert (Ht : 1 <= sqrt (INR K)) by (rewrite <- sqrt_1 at 1; apply sqrt_le_1; lra).
  set (t := sqrt (INR K)) in *.
  assert (H3 : INR n * H K <= INR n * (2 * t)) by (apply Rmult_le_compat_l; auto).
  apply Rmult_le_reg_r with (t * (2 * INR K + 3)); [nra|].
  replace (_ / (2 * INR K + 3) * _) with (3 * t * (1 + 2 * (INR n * H K)) * Z) by (field; lra).
  replace (_ / t * _) with (3 * (1 + 4 * INR n) * (INR K + 3 / 2) * Z) by (field; lra).
  apply Rmult_le_compat_r; auto. nra.
Qed.

(* Theorem IV.1, Eq. (5), for `continuous`. *)
Theorem continuous_converges n y g x : (1 <= n)%nat -> periodic n y ->
  (forall K, (1 <= K)%nat -> periodic n (g K) /\ continuous K y (g K)) ->
  Un_cv (fun K => g K x) (mean n y).
Proof. intros Hn P Hg. apply (continuous_limits n y g Hn P Hg). Qed.

(* Theorem IV.1, Eq. (6), for `continuous`. *)
Theorem continuous_Bias_limit n y g : (1 <= n)%nat -> periodic n y ->
  (forall K, (1 <= K)%nat -> periodic n (g K) /\ continuous K y (g K)) ->
  Un_cv (fun K => Bias2 n (g K) y) (Var n y).
Proof. intros Hn P Hg. apply (continuous_limits n y g Hn P Hg). Qed.

(* Theorem IV.1, Eq. (7), for `continuous`. *)
Theorem continuous_Var_limit n y g : (1 <= n)%nat -> periodic n y ->
  (forall K, (1 <= K)%nat -> periodic n (g K) /\ continuous K y (g K)) ->
  Un_cv (fun K => Var n (g K)) 0.
Proof. intros Hn P Hg. apply (continuous_limits n y g Hn P Hg). Qed.

(* The multiplier of `continuous`. *)
Definition continuous_multiplier K theta : R :=
  let b := (2 + cos theta) / 3 in let m := multiplier density K theta in
  (1 + 2 * INR K * b * m) / (1 + 2 * INR K * b).

(* The multiplier of `continuous`: cos(k theta) is mapped to it times cos(k theta). *)
Theorem continuous_multiplier_cos K theta (y := fun k => cos (IZR k * theta)) : (1 <= K)%nat ->
  continuous K y (fun x => continuous_multiplier K theta * y x).
Proof.
  intros HK x. pose proof (COS_bound theta). pose proof (pos_INR K).
  assert (Eb : forall c, B (fun x => c * y x) x = c * ((2 + cos theta) / 3 * y x)).
  { intros c. unfold B, y. rewrite minus_IZR, plus_IZR, Rmult_minus_distr_r, Rmult_plus_distr_r.
    rewrite Rmult_1_l, cos_plus, cos_minus. field. }
  assert (Ed : B (mix density K y) x = B (fun x => multiplier density K theta * y x) x).
  { unfold B. unfold y. rewrite !multiplier_cos by auto. reflexivity. }
  rewrite Ed, !Eb. unfold continuous_multiplier. field. nra.
Qed.

(* Theorem IV.1, sharpened: the multipliers of `continuous` strictly decrease. *)
Theorem continuous_mult_strictly_decreasing K theta : (1 <= K)%nat -> cos theta <> 1 ->
  continuous_multiplier (S K) theta < continuous_multiplier K theta.
Proof.
  intros HK Hc. pose proof (COS_bound theta).
  assert (H1 : multiplier density K theta <= 1).
  { induction HK as [|K HK IH].
    - unfold multiplier. rewrite mix_1, Rmult_0_l, cos_0 by apply density_reading. lra.
    - pose proof (mult_strictly_decreasing density K theta density_reading HK Hc). lra. }
  pose proof (mult_strictly_decreasing density K theta density_reading HK Hc) as H2.
  unfold continuous_multiplier. set (m := multiplier density K theta) in *.
  set (m' := multiplier density (S K) theta) in *. rewrite S_INR. set (b := (2 + cos theta) / 3).
  assert (Hb : 0 < b) by (unfold b; lra). pose proof (INR_ge_1 K HK) as HK1. set (k := INR K) in *.
  assert (Hkb : 0 < k * b) by nra.
  apply Rmult_lt_reg_r with ((1 + 2 * k * b) * (1 + 2 * (k + 1) * b)); [nra|].
  replace (_ / (1 + 2 * (k + 1) * b) * _) with ((1 + 2 * (k + 1) * b * m') * (1 + 2 * k * b))
    by (field; nra).
  replace (_ / (1 + 2 * k * b) * _) with ((1 + 2 * k * b * m) * (1 + 2 * (k + 1) * b))
    by (field; nra).
  assert (0 <= b * (1 - m)) by (apply Rmult_le_pos; lra).
  assert (0 < (m - m') * ((k + 1) * b * (1 + 2 * k * b))) by (repeat apply Rmult_lt_0_compat; nra).
  nra.
Qed.

(* Sharp: at the multiples of 2 pi they are 1. *)
Theorem continuous_mult_strictly_decreasing_sharp K : (1 <= K)%nat -> continuous_multiplier K 0 = 1.
Proof.
  intros HK. unfold continuous_multiplier.
  rewrite mult_strictly_decreasing_sharp, cos_0 by auto using density_reading.
  pose proof (pos_INR K). field. lra.
Qed.

(* Variance and bias: B is at least 1/3, hence keeps filters positive. *)

Lemma B_lower n L w : filter L -> periodic n w ->
  inner n w (B (L w)) = / 3 * inner n w (L w)
    + / 6 * inner n (fun x => w x + shift 1 w x) (L (fun x => w x + shift 1 w x)).
Proof.
  intros HL P. pose proof (filter_periodic n L w HL P) as PL.
  set (v := fun x => w x + shift 1 w x).
  assert (E : forall x, L v x = L w x + L w (x + 1)%Z).
  { intros x. rewrite (filter_eq L v (fun x => 1 * w x + 1 * shift 1 w x))
      by (auto; intros; unfold v; ring).
    rewrite filter_lin, filter_comm_shift by auto. ring. }
  replace (inner n v (L v)) with (inner n w (L w) + inner n w (shift 1 (L w))
    + inner n (shift 1 w) (shift 1 (shift (-1) (L w))) + inner n (shift 1 w) (shift 1 (L w))).
  - rewrite !inner_shift by (auto; apply periodic_shift; auto).
    unfold inner. rewrite <- !sum_plus, <- !sum_scal, <- sum_plus. apply sum_ext; intros.
    unfold B, shift, Z.sub. simpl Z.opp. field.
  - unfold inner. rewrite <- !sum_plus. apply sum_ext; intros. rewrite E. unfold v, shift.
    replace (Z.of_nat i + 1 + -1)%Z with (Z.of_nat i) by lia. ring.
Qed.

Lemma positive_B n L : positive n L ->
  positive n (fun w => B (L w)) /\
  forall w, periodic n w -> / 3 * inner n w (L w) <= inner n w (B (L w)).
Proof.
  intros [HL Hp].
  assert (E : forall w, periodic n w -> / 3 * inner n w (L w) <= inner n w (B (L w))).
  { intros w P. rewrite B_lower by auto.
    pose proof (Hp (fun x => w x + shift 1 w x)) as E. cbv beta in E.
    assert (Pv : periodic n (fun x => w x + shift 1 w x)).
    { intros x. rewrite P. f_equal. apply periodic_shift; auto. }
    specialize (E Pv). lra. }
  repeat split; auto.
  - apply filter_comp; [apply filter_B | auto].
  - intros w P. specialize (E w P). specialize (Hp w P). lra.
Qed.

Lemma positive_lin n a b L L' : 0 <= a -> 0 <= b -> positive n L -> positive n L' ->
  positive n (fun w x => a * L w x + b * L' w x).
Proof.
  intros Ha Hb [HL Hp] [HL' Hp']. split; [apply filter_plus; apply filter_scal; auto|].
  intros w P. rewrite (inner_lin n a b (L w) (L' w)). specialize (Hp w P). specialize (Hp' w P).
  nra.
Qed.

Lemma B_symmetric n v w : periodic n v -> periodic n w -> inner n (B v) w = inner n v (B w).
Proof.
  intros Pv Pw.
  transitivity (/ 6 * (inner n (shift (-1) v) w + 4 * inner n v w + inner n (shift 1 v) w)).
  - unfold inner. rewrite <- !sum_scal, <- !sum_plus, <- sum_scal. apply sum_ext; intros.
    unfold B, shift, Z.sub. simpl Z.opp. field.
  - rewrite <- (inner_shift n 1 (shift (-1) v) w), <- (inner_shift n (-1) (shift 1 v) w)
      by (auto; apply periodic_shift; auto).
    unfold inner. rewrite <- !sum_scal, <- !sum_plus, <- sum_scal. apply sum_ext; intros.
    unfold B, shift, Z.sub. simpl Z.opp.
    replace (Z.of_nat i + 1 + -1)%Z with (Z.of_nat i) by lia.
    replace (Z.of_nat i + -1 + 1)%Z with (Z.of_nat i) by lia. field.
Qed.

(* With A = 1 + t B, A' = 1 + t' B and z = A A' u, the solution g of A g = z + t B M z is
   A' (1 + t B M) u. *)
Definition data (t t' : R) (u : signal) : signal :=
  fun x => u x + (t + t') * B u x + t * t' * B (B u) x.

Definition response (t t' : R) (M : signal -> signal) (u : signal) : signal :=
  fun x => u x + t' * B u x + t * B (M u) x + t * t' * B (B (M u)) x.

Lemma filter_response t t' M : filter M -> filter (response t t' M).
Proof.
  intros HM. assert (HBM : filter (fun u => B (M u))) by exact (filter_comp B M filter_B HM).
  pose proof (filter_comp B _ filter_B HBM) as HBBM. unfold response.
  apply filter_plus; [apply filter_plus; [apply filter_plus|]|]; try apply filter_scal; auto.
  - apply filter_id.
  - apply filter_B.
Qed.

Lemma B_lin a b c d p q r s x : B (fun x => a * p x + b * q x + c * r x + d * s x) x
  = a * B p x + b * B q x + c * B r x + d * B s x.
Proof. unfold B. field. Qed.

Lemma B_eq u v x : (forall x, u x = v x) -> B u x = B v x.
Proof. intros E. unfold B. rewrite !E. reflexivity. Qed.

Lemma response_solves t t' M u x : filter M ->
  response t t' M u x + t * B (response t t' M u) x
  = data t t' u x + t * B (M (data t t' u)) x.
Proof.
  intros HM.
  assert (EM : forall x, M (data t t' u) x
    = 1 * M u x + (t + t') * B (M u) x + t * t' * B (B (M u)) x + 0 * u x).
  { intros k. rewrite (filter_eq M _ (fun x => 1 * (1 * u x + (t + t') * B u x)
      + t * t' * B (B u) x)) by (auto; intros; unfold data; ring).
    rewrite !(filter_lin M), !(filter_commute M B) by auto using filter_B. ring. }
  rewrite (B_eq _ _ x EM), B_lin.
  rewrite (B_eq (response t t' M u) (fun x => 1 * u x + t' * B u x + t * B (M u) x
    + t * t' * B (B (M u)) x)) by (intros; unfold response; ring).
  rewrite B_lin. unfold response, data. ring.
Qed.

Lemma product_source n K z : (1 <= n)%nat -> periodic n z ->
  exists u, periodic n u /\ z = data (2 * INR K) (2 * INR (S K)) u.
Proof.
  intros Hn P. pose proof (pos_INR K). pose proof (pos_INR (S K)).
  destruct (solve n (2 * INR K) z Hn ltac:(lra) P) as [v [Pv Ev]].
  destruct (solve n (2 * INR (S K)) v Hn ltac:(lra) Pv) as [u [Pu Eu]].
  exists u. split; auto. apply functional_extensionality. intros x.
  rewrite <- Ev, <- Eu, (B_eq v (fun x => 1 * u x + 2 * INR (S K) * B u x + 0 * u x + 0 * u x))
    by (intros; rewrite <- Eu; ring).
  rewrite B_lin. unfold data. ring.
Qed.

Lemma continuous_solution n K t' u g : (1 <= n)%nat -> periodic n u -> periodic n g ->
  continuous K (data (2 * INR K) t' u) g ->
  g = response (2 * INR K) t' (mix density K) u.
Proof.
  intros Hn Pu Pg E. apply functional_extensionality. intros x.
  set (g' := response _ _ _ u).
  assert (Pg' : periodic n g').
  { apply (filter_periodic n (response (2 * INR K) t' (mix density K))); auto.
    apply filter_response, filter_mix. }
  destruct (periodic_bound n g Hn Pg) as [C HC]. destruct (periodic_bound n g' Hn Pg') as [C' HC'].
  apply (continuous_unique K _ g g' (Rmax C C') x E).
  - intros k. apply response_solves, filter_mix.
  - intros k. eapply Rle_trans; [apply HC | apply Rmax_l].
  - intros k. eapply Rle_trans; [apply HC' | apply Rmax_r].
Qed.

Lemma solution_positive n t t' M : 0 <= t -> 0 <= t' -> positive n M ->
  positive n (response t t' M) /\
  forall w, periodic n w -> inner n w w <= inner n w (response t t' M w).
Proof.
  intros Ht Ht' HM. destruct (positive_B n _ (positive_id n)) as [[_ H1] _].
  destruct (positive_B n M HM) as [HBM _]. destruct (positive_B n _ HBM) as [[_ H3] _].
  destruct HBM as [_ H2].
  assert (E : forall w, periodic n w -> inner n w w <= inner n w (response t t' M w)).
  { intros w P. specialize (H1 w P). specialize (H2 w P). specialize (H3 w P). cbv beta in *.
    replace (inner n w (response t t' M w)) with (inner n w w + t' * inner n w (B w)
      + t * inner n w (B (M w)) + t * t' * inner n w (B (B (M w)))).
    - assert (0 <= t * t') by (apply Rmult_le_pos; auto).
      pose proof (Rmult_le_pos _ _ Ht H2). pose proof (Rmult_le_pos _ _ Ht' H1).
      pose proof (Rmult_le_pos _ _ H H3). lra.
    - unfold inner. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext; intros.
      unfold response. ring. }
  repeat split; auto.
  - apply filter_response, HM.
  - intros w P. eapply Rle_trans; [apply inner_nonneg | apply E, P].
Qed.

(* The solutions for K and K + 1 of one and the same u. *)
Definition old K := response (2 * INR K) (2 * INR (S K)) (mix density K).
Definition new K := response (2 * INR (S K)) (2 * INR K) (mix density (S K)).

Lemma response_inner n t t' M u q : inner n (response t t' M u) q = inner n u q
  + t' * inner n (B u) q + t * inner n (B (M u)) q + t * t' * inner n (B (B (M u))) q.
Proof.
  unfold inner. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext; intros. unfold response. ring.
Qed.

Lemma continuous_falls K : (1 <= K)%nat -> exists c, 0 < c /\
  forall n L u, positive n L -> periodic n u ->
  c * inner n (slope u) (L (slope u)) <= inner n (old K u) (L u) - inner n (new K u) (L u).
Proof.
  intros HK. destruct (reading_falls density K density_reading HK) as [c [Hc E]].
  pose proof (INR_pos K HK) as Hk. exists (2 * INR K * c / 3). split; [nra|].
  intros n L u HL P. destruct (positive_B n L HL) as [HL1 E1].
  destruct (positive_B n _ HL1) as [HL2 E2].
  assert (Ps : periodic n (slope u)) by (apply filter_periodic, P; apply filter_slope).
  pose proof (reading_below density (S K) n _ u density_reading ltac:(lia) HL1 P) as F0.
  pose proof (E n _ u HL1 P) as F1. pose proof (E n _ u HL2 P) as F2.
  specialize (E1 _ Ps). pose proof (proj2 HL2 _ Ps) as E3. cbv beta in *.
  set (D := mix density K) in *. set (D' := mix density (S K)) in *.
  assert (PL : periodic n (L u)) by (apply filter_periodic; auto; apply HL).
  assert (PD : periodic n (D u)) by (apply filter_periodic; auto; apply filter_mix).
  assert (PD' : periodic n (D' u)) by (apply filter_periodic; auto; apply filter_mix).
  assert (PB : forall v, periodic n v -> periodic n (B v))
    by (intros; apply filter_periodic; auto using filter_B).
  replace (inner n (old K u) (L u) - inner n (new K u) (L u)) with
    (2 * (inner n u (B (L u)) - inner n (D' u) (B (L u)))
     + 2 * INR K * (inner n (D u) (B (L u)) - inner n (D' u) (B (L u)))
     + 2 * INR K * (2 * INR (S K)) * (inner n (D u) (B (B (L u))) - inner n (D' u) (B (B (L u))))).
  - assert (0 <= c * inner n (slope u) (B (B (L (slope u))))) by (apply Rmult_le_pos; lra).
    assert (0 <= 2 * INR K * (2 * INR (S K))) by (rewrite S_INR; nra).
    assert (2 * INR K * c / 3 * inner n (slope u) (L (slope u))
      <= 2 * INR K * (inner n (D u) (B (L u)) - inner n (D' u) (B (L u)))).
    { rewrite (Rmult_assoc 2). unfold Rdiv. rewrite !Rmult_assoc.
      do 2 (apply Rmult_le_compat_l; [lra|]).
      eapply Rle_trans; [|apply F1]. apply Rmult_le_compat_l; lra. }
    nra.
  - unfold old, new. fold D D'. rewrite !response_inner, !B_symmetric by auto. rewrite S_INR. ring.
Qed.

Lemma mean_B n g : periodic n g -> mean n (B g) = mean n g.
Proof.
  intros P. apply mean_filter; auto using filter_B. unfold B. field.
Qed.

Lemma continuous_mean n K y g : (1 <= K)%nat -> periodic n y -> periodic n g -> continuous K y g ->
  mean n g = mean n y.
Proof.
  intros HK P Pg E. pose proof (pos_INR K).
  assert (El : forall u v, mean n (fun x => u x + 2 * INR K * v x)
    = mean n u + 2 * INR K * mean n v).
  { intros u v. unfold mean. rewrite sum_plus, sum_scal. ring. }
  pose proof (mean_ext n _ _ E) as Em. rewrite !El, !mean_B, mean_filter in Em;
    auto using filter_mix, filter_periodic.
  - nra.
  - apply mix_one; auto using density_reading.
Qed.

Lemma continuous_pair n K y g g' a b (z := deviation n y) : (1 <= K)%nat -> (1 <= n)%nat ->
  periodic n y -> y a <> y b -> periodic n g -> continuous K y g ->
  periodic n g' -> continuous (S K) y g' ->
  exists u, periodic n u /\ z = data (2 * INR K) (2 * INR (S K)) u
  /\ 0 < inner n (slope u) (slope u)
  /\ (forall x, g x = old K u x + mean n y) /\ (forall x, g' x = new K u x + mean n y).
Proof.
  intros HK Hn P Hab Pg E Pg' E'. pose proof (deviation_periodic n y P) as Pz. fold z in Pz.
  destruct (product_source n K z Hn Pz) as [u [Pu Eu]]. exists u. split; auto. split; auto.
  assert (Pd : forall h, periodic n h -> periodic n (fun x => h x - mean n y)).
  { intros h Ph x. rewrite Ph. reflexivity. }
  repeat split.
  - apply Rnot_le_lt. intros E0. apply Hab.
    assert (C : forall x, u x = u 0%Z).
    { apply (slope_constant n 0); auto. intros x. apply (inner_0 n); auto.
      apply filter_periodic; auto using filter_slope. }
    enough (z a = z b) by (unfold z, deviation in *; lra). rewrite Eu. unfold data, B.
    rewrite !(C (_ - _)%Z), !(C (_ + _)%Z), !(C a), !(C b). reflexivity.
  - pose proof (mix_deviation_continuous K n y g HK E) as E0. fold z in E0. rewrite Eu in E0.
    intros x. pose proof (continuous_solution n K _ u _ Hn Pu (Pd g Pg) E0) as Es.
    apply (f_equal (fun h => h x)) in Es. unfold old. lra.
  - pose proof (mix_deviation_continuous (S K) n y g' ltac:(lia) E') as E0. fold z in E0.
    replace z with (data (2 * INR (S K)) (2 * INR K) u) in E0
      by (rewrite Eu; apply functional_extensionality; intros; unfold data; ring).
    intros x. pose proof (continuous_solution n (S K) _ u _ Hn Pu (Pd g' Pg') E0) as Es.
    apply (f_equal (fun h => h x)) in Es. unfold new. lra.
Qed.

(* Theorem IV.1, last line, sharpened, for `continuous`: from K to K + 1 the variance strictly
   decreases, if y is not constant. *)
Theorem continuous_Var_strictly_decreasing K n y g g' a b : (1 <= K)%nat -> (1 <= n)%nat ->
  periodic n y -> y a <> y b -> periodic n g -> continuous K y g ->
  periodic n g' -> continuous (S K) y g' -> Var n g' < Var n g.
Proof.
  intros HK Hn P Hab Pg E Pg' E'.
  destruct (continuous_pair n K y g g' a b HK Hn P Hab Pg E Pg' E')
    as (u & Pu & _ & Hu & Eg & Eg').
  assert (EV : forall h d, mean n h = mean n y -> (forall x, h x = d x + mean n y) ->
    Var n h = / INR n * inner n d d).
  { intros h d Em Ed. unfold Var. rewrite Em. unfold mean at 1. f_equal.
    apply sum_ext; intros. rewrite Ed. ring. }
  rewrite (EV g (old K u)), (EV g' (new K u)); eauto using continuous_mean.
  apply Rmult_lt_compat_l; [apply Rinv_0_lt_compat, INR_pos, Hn|].
  destruct (continuous_falls K HK) as [c [Hc F]].
  pose proof (pos_INR K). pose proof (pos_INR (S K)).
  destruct (solution_positive n (2 * INR K) (2 * INR (S K)) (mix density K)) as [P1 L1];
    [lra | lra | apply positive_mix; auto using density_reading |].
  destruct (solution_positive n (2 * INR (S K)) (2 * INR K) (mix density (S K))) as [P2 L2];
    [lra | lra | apply positive_mix; auto using density_reading; lia |].
  specialize (F n _ u (positive_lin n 1 1 _ _ ltac:(lra) ltac:(lra) P1 P2) Pu). cbv beta in F.
  fold (old K) (new K) in *.
  assert (Ps : periodic n (slope u)) by (apply filter_periodic, Pu; apply filter_slope).
  rewrite (inner_lin n 1 1 (old K (slope u)) (new K (slope u))) in F.
  specialize (L1 _ Ps). specialize (L2 _ Ps).
  pose proof (squares_minus n (old K u) (new K u)) as Sq.
  assert (Ea : forall w, inner n w (fun x => 1 * old K u x + 1 * new K u x)
    = inner n w (fun x => old K u x + new K u x)) by (intros; apply sum_ext; intros; ring).
  rewrite !Ea in F. nra.
Qed.

(* Sharp: the variance is positive for every K, if y is not constant. *)
Theorem continuous_Var_limit_sharp K n y g a b : (1 <= K)%nat -> (1 <= n)%nat ->
  periodic n y -> y a <> y b -> periodic n g -> continuous K y g -> 0 < Var n g.
Proof.
  intros HK Hn P Hab Pg E. destruct (continuous_exists (S K) n y Hn P) as [g' [Pg' E']].
  eapply Rle_lt_trans; [|apply (continuous_Var_strictly_decreasing K n y g g' a b); auto].
  apply Rmult_le_pos; [apply Rlt_le, Rinv_0_lt_compat, INR_pos, Hn|].
  apply sum_nonneg; intros; apply pow2_ge_0.
Qed.

(* With A and A' as above, 2 A A' u is the sum of the two solutions and of two positive terms. *)
Definition surplus (t s : R) (M : signal -> signal) : signal -> signal :=
  fun w x => t * B (fun x => w x - M w x) x + s * B (B (fun x => w x - M w x)) x.

Lemma surplus_eq t s M w x : surplus t s M w x
  = t * (B w x - B (M w) x) + s * (B (B w) x - B (B (M w)) x).
Proof.
  assert (E : forall p q x, B (fun x => p x - q x) x = B p x - B q x) by (intros; unfold B; field).
  unfold surplus. rewrite (B_eq (B (fun x => w x - M w x)) (fun x => B w x - B (M w) x))
    by (intros; apply E). rewrite !E. ring.
Qed.

Lemma inner_minus n u v w : inner n w (fun x => u x - v x) = inner n w u - inner n w v.
Proof.
  transitivity (inner n w (fun x => 1 * u x + -1 * v x)); [apply sum_ext; intros; ring|].
  rewrite inner_lin. ring.
Qed.

Lemma surplus_positive n t s K : (1 <= K)%nat -> 0 <= t -> 0 <= s ->
  positive n (surplus t s (mix density K)) /\ forall w, periodic n w ->
  t / 3 * (inner n w w - inner n w (mix density K w))
  <= inner n w (surplus t s (mix density K) w).
Proof.
  intros HK Ht Hs.
  assert (HN : positive n (fun w x => w x - mix density K w x)).
  { split; [apply filter_minus; auto using filter_id, filter_mix|]. intros w P.
    rewrite (inner_minus n w (mix density K w)).
    pose proof (reading_below density K n _ w density_reading HK (positive_id n) P) as E.
    rewrite (inner_comm n (mix density K w)) in E. lra. }
  destruct (positive_B n _ HN) as [HB E]. destruct (positive_B n _ HB) as [HBB _].
  split; [exact (positive_lin n t s _ _ Ht Hs HB HBB)|]. intros w P. unfold surplus.
  rewrite (inner_lin n t s), <- (inner_minus n w (mix density K w)).
  specialize (E w P). destruct HBB as [_ HBB]. specialize (HBB w P). cbv beta in *. nra.
Qed.

(* Theorem IV.1, sharpened, for `continuous`: from K to K + 1 the squared bias strictly increases,
   if y is not constant. *)
Theorem continuous_Bias_strictly_increasing K n y g g' a b : (1 <= K)%nat -> (1 <= n)%nat ->
  periodic n y -> y a <> y b -> periodic n g -> continuous K y g ->
  periodic n g' -> continuous (S K) y g' -> Bias2 n g y < Bias2 n g' y.
Proof.
  intros HK Hn P Hab Pg E Pg' E'.
  destruct (continuous_pair n K y g g' a b HK Hn P Hab Pg E Pg' E')
    as (u & Pu & Ez & Hu & Eg & Eg').
  set (t := 2 * INR K) in *. set (t' := 2 * INR (S K)) in *.
  assert (Ht : 0 < t) by (unfold t; pose proof (INR_pos K HK); lra).
  assert (Ht' : 0 < t') by (unfold t'; pose proof (INR_pos (S K) ltac:(lia)); lra).
  set (z := data t t' u) in *.
  assert (EV : forall h d, (forall x, h x = d x + mean n y) ->
    Bias2 n h y = / INR n * inner n (fun x => d x - z x) (fun x => d x - z x)).
  { intros h d Ed. unfold Bias2, mean at 1. f_equal. apply sum_ext; intros.
    rewrite Ed, <- Ez. unfold deviation. ring. }
  rewrite (EV g (old K u)), (EV g' (new K u)) by auto.
  apply Rmult_lt_compat_l; [apply Rinv_0_lt_compat, INR_pos, Hn|].
  destruct (continuous_falls K HK) as [c [Hc F]].
  destruct (surplus_positive n t (t * t') K HK) as [P1 L1]; [lra | nra |].
  destruct (surplus_positive n t' (t * t') (S K) ltac:(lia)) as [P2 L2]; [lra | nra |].
  specialize (F n _ u (positive_lin n 1 1 _ _ ltac:(lra) ltac:(lra) P1 P2) Pu). cbv beta in F.
  set (R1 := surplus t (t * t') (mix density K)) in *.
  set (R2 := surplus t' (t * t') (mix density (S K))) in *.
  assert (Ps : periodic n (slope u)) by (apply filter_periodic, Pu; apply filter_slope).
  rewrite (inner_lin n 1 1 (R1 (slope u)) (R2 (slope u))) in F.
  specialize (L2 _ Ps). pose proof (proj2 P1 _ Ps) as L3.
  destruct (reading_falls density K density_reading HK) as [c' [Hc' F']].
  specialize (F' n _ (slope u) (positive_id n) Ps).
  pose proof (reading_below density K n _ _ density_reading HK (positive_id n) Ps) as L4.
  pose proof (slope_slope_pos n u Hn Pu Hu) as Hs.
  rewrite (inner_comm n (mix density K (slope u))), (inner_comm n (mix density (S K) (slope u)))
    in F'. rewrite (inner_comm n (mix density K (slope u))) in L4.
  assert (Pos : 0 < inner n (slope u) (R2 (slope u))).
  { eapply Rlt_le_trans; [|apply L2]. apply Rmult_lt_0_compat; [lra|]. nra. }
  pose proof (squares_minus n (fun x => old K u x - z x) (fun x => new K u x - z x)) as Sq.
  assert (Ea : forall w, inner n w (fun x => old K u x - z x + (new K u x - z x))
    = - inner n w (fun x => 1 * R1 u x + 1 * R2 u x)).
  { intros w.
    transitivity (0 * inner n w z + -1 * inner n w (fun x => 1 * R1 u x + 1 * R2 u x)); [|ring].
    rewrite <- inner_lin. apply sum_ext; intros. f_equal.
    unfold R1, R2. rewrite !surplus_eq. unfold z, data, old, new, response. fold t t'. ring. }
  assert (Eb : forall d q, inner n (fun x => d x - z x) q = inner n d q - inner n z q)
    by (intros; rewrite inner_comm, inner_minus, !(inner_comm n q); reflexivity).
  set (q := fun x => 1 * R1 u x + 1 * R2 u x) in *.
  rewrite !Ea, (Eb (old K u) q), (Eb (new K u) q) in Sq.
  assert (0 < c * inner n (slope u) (R2 (slope u))) by (apply Rmult_lt_0_compat; lra). nra.
Qed.
