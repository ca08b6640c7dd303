(* Theorem IV.1 in the fifth reading, `continuous`: Definition II.1 with self pairs over continuous
   piecewise linear functions.  There f*_K is the solution g of g + 2K B g = y + 2K B h with h the
   function of `density`; it exists and is unique, its limits are those of Eqs. (5)-(7), and the last
   line holds from K = 1 on. *)

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
    - simpl. assert (0 <= E / (1 + t / 3)) by (apply Rmult_le_pos; auto; apply Rlt_le, Rinv_0_lt_compat; lra).
      specialize (HC k). lra.
    - set (d := C * (/ 2) ^ j) in *. assert (Hd : 0 <= d) by (apply Rmult_le_pos; auto; apply pow_le; lra).
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

(* It exists: up to a factor 1 + 2K B is (1 - rho S)(1 - rho S^-1), where S g(x) = g(x+1). *)
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
      unfold s in *. cbn [sum pow]. replace (x + 1 + Z.of_nat m)%Z with (x + Z.of_nat (S m))%Z by lia.
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
    { apply Rmult_eq_reg_r with c; [|lra]. replace ((c + a * a / c) * c) with (c * c + a * a) by (field; lra).
      unfold c. nra. }
    replace (u x) with (c * (u x / c)) by (field; lra).
    replace (u (x + 1)%Z) with (c * (u (x + 1)%Z / c)) by (field; lra).
    rewrite <- E1, <- E2. 
    replace (v (- x)%Z + t * ((v (- (x - 1))%Z + 4 * v (- x)%Z + v (- (x + 1))%Z) / 6))
      with (b * v (- x)%Z + a * (v (- (x - 1))%Z + v (- (x + 1))%Z)) by (unfold a, b; field).
    rewrite Eb. field. lra.
Qed.

Theorem continuous_exists K n y : (1 <= n)%nat -> periodic n y ->
  exists g, periodic n g /\ continuous K y g.
Proof.
  intros Hn P. pose proof (pos_INR K). apply solve; auto; [lra|].
  apply (filter_periodic n (fun y x => y x + 2 * INR K * B (mix density K y) x)); auto.
  apply filter_plus; [apply filter_id|]. apply filter_scal, filter_comp; [apply filter_B | apply filter_mix].
Qed.

(* Limits. *)

Lemma mix_deviation_continuous K n y g : (1 <= K)%nat -> continuous K y g ->
  continuous K (deviation n y) (fun x => g x - mean n y).
Proof.
  intros HK E x. specialize (E x). unfold B in *.
  rewrite !mix_deviation by (auto; right; right; right; auto). unfold deviation. lra.
Qed.

Lemma periodic_bound n g : (1 <= n)%nat -> periodic n g -> exists C, forall x, Rabs (g x) <= C.
Proof.
  intros Hn P. destruct (deviation_bound n g Hn P) as [Z HZ].
  exists (Z + Rabs (mean n g)). intros x.
  replace (g x) with (g x - mean n g + mean n g) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. specialize (HZ x). lra.
Qed.

Lemma density_reading : reading density.
Proof. right; right; right; reflexivity. Qed.

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
  apply (limits n y (3 * (1 + 4 * INR n) * Z / 2)); auto. intros K x HK. destruct (Hg K HK) as [Pg E].
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

(* Theorem IV.1, Eqs. (5), (6) and (7), for `continuous`. *)
Theorem continuous_converges n y g x : (1 <= n)%nat -> periodic n y ->
  (forall K, (1 <= K)%nat -> periodic n (g K) /\ continuous K y (g K)) ->
  Un_cv (fun K => g K x) (mean n y).
Proof. intros Hn P Hg. apply (continuous_limits n y g Hn P Hg). Qed.

Theorem continuous_Bias_limit n y g : (1 <= n)%nat -> periodic n y ->
  (forall K, (1 <= K)%nat -> periodic n (g K) /\ continuous K y (g K)) ->
  Un_cv (fun K => Bias2 n (g K) y) (Var n y).
Proof. intros Hn P Hg. apply (continuous_limits n y g Hn P Hg). Qed.

Theorem continuous_Var_limit n y g : (1 <= n)%nat -> periodic n y ->
  (forall K, (1 <= K)%nat -> periodic n (g K) /\ continuous K y (g K)) ->
  Un_cv (fun K => Var n (g K)) 0.
Proof. intros Hn P Hg. apply (continuous_limits n y g Hn P Hg). Qed.

(* The multiplier: cos(k theta) is mapped to p cos(k theta), where m is the multiplier of `density`. *)
Definition continuous_multiplier K theta : R :=
  let b := (2 + cos theta) / 3 in let m := multiplier density K theta in
  (1 + 2 * INR K * b * m) / (1 + 2 * INR K * b).

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
