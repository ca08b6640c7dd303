(* Theorem IV.2 in the fifth reading, `continuous`: Definition II.1 with self pairs over continuous
   piecewise linear functions.  There f_K solves f + 2K B f = y + 2K B D y with D the operator of
   `density`, so that f = D y + (1 - D) (1 + 2K B)^-1 y.  Since 1/3 <= B <= 1, it lies between
   D y + a (1 - D) y with a = 1/(1 + 2K) and with a = 1/(1 + 2K/3); what follows makes this exact,
   on large cycles first, and then for outputs on Z. *)

From Coq Require Import Reals ZArith FunctionalExtensionality Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer Equation3 TheoremIV2 TheoremIV2Readings Blocks.
Open Scope R_scope.

(* 1 - B and B - 1/3 are squares. *)

Definition pair (e : R) (u : signal) : signal := fun x => shift 1 u x + e * u x.

Lemma filter_pair e : filter (pair e).
Proof. apply filter_plus; [apply filter_shift | apply filter_scal, filter_id]. Qed.

Lemma inner_pair n e u v : periodic n u -> periodic n v ->
  inner n (pair e u) (pair e v) = (1 + e ^ 2) * inner n u v + 6 * e * inner n u (B v)
    - 4 * e * inner n u v.
Proof.
  intros Pu Pv. pose proof (inner_shift n 1 u v Pu Pv) as E1.
  assert (E2 : inner n (shift 1 u) v = inner n u (shift (-1) v)).
  { rewrite <- (inner_shift n 1 u (shift (-1) v)) by auto using periodic_shift.
    apply sum_ext. intros. unfold shift. do 2 f_equal. lia. }
  replace (6 * e * inner n u (B v)) with (e * (inner n u (shift (-1) v)
    + 4 * inner n u v + inner n u (shift 1 v))).
  - rewrite <- E2. transitivity (inner n (shift 1 u) (shift 1 v) + e * inner n (shift 1 u) v
      + e * inner n u (shift 1 v) + e ^ 2 * inner n u v); [|rewrite E1; ring].
    unfold inner. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext. intros. unfold pair. ring.
  - unfold inner. rewrite <- !sum_scal, <- !sum_plus, <- !sum_scal. apply sum_ext. intros.
    unfold B, shift. replace (Z.of_nat i + -1)%Z with (Z.of_nat i - 1)%Z by lia. field.
Qed.

Lemma inner_minus_B n u v : periodic n u -> periodic n v ->
  inner n u (fun x => v x - B v x) = / 6 * inner n (pair (-1) u) (pair (-1) v).
Proof.
  intros Pu Pv. rewrite inner_pair by auto.
  transitivity (inner n u (fun x => 1 * v x + -1 * B v x)); [apply sum_ext; intros; ring|].
  rewrite inner_lin. field.
Qed.

Lemma inner_B_minus n u v : periodic n u -> periodic n v ->
  inner n u (fun x => B v x - v x / 3) = / 6 * inner n (pair 1 u) (pair 1 v).
Proof.
  intros Pu Pv. rewrite inner_pair by auto.
  transitivity (inner n u (fun x => 1 * B v x + - / 3 * v x)); [apply sum_ext; intros; field|].
  rewrite inner_lin. field.
Qed.

Section Cycle.

Variable K : nat.
Hypothesis HK : (1 <= K)%nat.

(* The operators D, 1 - D, 1 + 2K B, and the solution of `continuous` with data normal w. *)
Definition dens : signal -> signal := mix density K.
Definition rest (w : signal) : signal := fun x => w x - dens w x.
Definition normal (w : signal) : signal := fun x => w x + 2 * INR K * B w x.
Definition solution (w : signal) : signal := fun x => dens (normal w) x + rest w x.

Lemma filter_dens : filter dens.
Proof. apply filter_mix. Qed.

Lemma filter_rest : filter rest.
Proof. apply filter_minus; [apply filter_id | apply filter_dens]. Qed.

Lemma filter_normal : filter normal.
Proof. apply filter_plus; [apply filter_id | apply filter_scal, filter_B]. Qed.

Lemma filter_solution : filter solution.
Proof.
  apply filter_plus, filter_rest. apply filter_comp; [apply filter_dens | apply filter_normal].
Qed.

Lemma dens_positive n : positive n dens.
Proof. apply positive_mix, HK. apply density_reading. Qed.

Lemma normal_positive n L : positive n L -> positive n (fun w => L (normal w)).
Proof.
  intros [HL PL]. split; [apply filter_comp; auto using filter_normal|]. intros w P.
  pose proof (filter_periodic n L w HL P) as Pl.
  rewrite (filter_commute L normal) by auto using filter_normal.
  assert (E : inner n w (normal (L w)) = (1 + 2 / 3 * INR K) * inner n w (L w)
    + 2 * INR K * (inner n w (fun x => B (L w) x - L w x / 3))).
  { unfold inner. rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros. unfold normal. field. }
  rewrite E, inner_B_minus by auto. rewrite (filter_commute (pair 1) L) by auto using filter_pair.
  pose proof (PL w P). pose proof (pos_INR K).
  pose proof (PL (pair 1 w) ltac:(apply filter_periodic; auto using filter_pair)).
  apply Rplus_le_le_0_compat; repeat apply Rmult_le_pos; lra.
Qed.

Lemma rest_positive n L w : positive n L -> periodic n w -> 0 <= inner n (rest w) (L w).
Proof.
  intros HL P. pose proof (reading_below density K n L w density_reading HK HL P) as E.
  replace (inner n (rest w) (L w)) with (inner n w (L w) - inner n (mix density K w) (L w)); [lra|].
  rewrite !(inner_comm n _ (L w)).
  transitivity (inner n (L w) (fun x => 1 * w x + -1 * mix density K w x));
    [rewrite inner_lin; ring|].
  apply sum_ext. intros. unfold rest, dens. ring.
Qed.

Lemma squares_plus n u q : inner n (fun x => u x + q x) (fun x => u x + q x)
  = inner n u u + 2 * inner n u q + inner n q q.
Proof.
  unfold inner. rewrite <- sum_scal, <- !sum_plus. apply sum_ext. intros. ring.
Qed.

(* y - D y = (1 + 2K B) (w - D w) where y = (1 + 2K B) w. *)
Lemma rest_normal w x : rest (normal w) x = rest w x + 2 * INR K * B (rest w) x.
Proof.
  rewrite (filter_commute rest normal) by auto using filter_rest, filter_normal. reflexivity.
Qed.

Lemma solution_solves w : continuous K (normal w) (solution w).
Proof.
  intros x. change (normal (solution w) x = normal w x + 2 * INR K * B (dens (normal w)) x).
  rewrite (filter_eq normal (solution w) (fun k => 1 * dens (normal w) k + 1 * rest w k))
    by (auto using filter_normal; intros; unfold solution; ring).
  rewrite filter_lin, (filter_commute normal rest) by auto using filter_normal, filter_rest.
  unfold rest, normal at 1. ring.
Qed.

(* From below. *)
Definition lower (y : signal) : signal := fun x =>
  / (1 + 2 * INR K) * y x + (1 - / (1 + 2 * INR K)) * dens y x.

Lemma filter_lower : filter lower.
Proof. apply filter_plus; apply filter_scal; [apply filter_id | apply filter_dens]. Qed.

Lemma lower_positive n : positive n lower.
Proof.
  split; [apply filter_lower|]. intros w P. unfold lower. rewrite inner_lin.
  pose proof (inner_nonneg n w). pose proof (proj2 (dens_positive n) w P). pose proof (pos_INR K).
  assert (0 < / (1 + 2 * INR K) <= 1).
  { split; [apply Rinv_0_lt_compat | rewrite <- Rinv_1; apply Rinv_le_contravar]; lra. }
  apply Rplus_le_le_0_compat; apply Rmult_le_pos; lra.
Qed.

Lemma cycle_lower n w : periodic n w ->
  inner n (lower (normal w)) (lower (normal w)) <= inner n (solution w) (solution w).
Proof.
  intros P. pose proof (pos_INR K) as H0. set (a := / (1 + 2 * INR K)).
  assert (Ha : 0 < a) by (apply Rinv_0_lt_compat; lra).
  assert (Ea : 1 - a = 2 * INR K * a) by (unfold a; field; lra).
  set (h := lower (normal w)). set (e := rest w).
  set (q := fun x => (1 - a) * (e x - B e x)).
  assert (Ew : solution w = fun x => h x + q x).
  { apply functional_extensionality. intros x. unfold solution, h, q, lower. fold a e.
    pose proof (rest_normal w x) as E. fold e in E. unfold rest at 1 in E.
    replace (normal w x) with (dens (normal w) x + (e x + 2 * INR K * B e x)) by lra.
    replace (a * (_ + (e x + 2 * INR K * B e x))) with
      (a * dens (normal w) x + a * e x + (1 - a) * B e x) by (rewrite Ea; ring). ring. }
  assert (Ph : periodic n h).
  { apply filter_periodic, filter_periodic, P; [apply filter_lower | apply filter_normal]. }
  assert (Pe : periodic n e) by (apply filter_periodic, P; apply filter_rest).
  rewrite Ew, squares_plus. pose proof (inner_nonneg n q). enough (0 <= inner n h q) by lra.
  replace (inner n h q) with ((1 - a) * inner n h (fun x => e x - B e x))
    by (unfold inner, q; rewrite <- sum_scal; apply sum_ext; intros; ring).
  rewrite inner_minus_B by auto. unfold h, e.
  rewrite (filter_commute (pair (-1)) lower), (filter_commute (pair (-1)) normal),
    (filter_commute (pair (-1)) rest)
    by auto using filter_pair, filter_lower, filter_normal, filter_rest.
  rewrite inner_comm.
  pose proof (rest_positive n (fun w => lower (normal w)) (pair (-1) w)
    (normal_positive n lower (lower_positive n))
    ltac:(apply filter_periodic, P; apply filter_pair)).
  apply Rmult_le_pos; [|lra]. rewrite Ea. apply Rmult_le_pos; lra.
Qed.

(* From above, with a chord of 1/(1 + 2K B) between B = 1/3 and B = 1, or the line c = 0. *)
Definition upper (c : R) (y : signal) : signal := fun x =>
  dens y x + / (1 + 2 / 3 * INR K) * rest y x - c * (B (rest y) x - rest y x / 3).

Lemma filter_upper c : filter (upper c).
Proof.
  pose proof filter_rest as Hr. unfold upper.
  apply filter_minus; [apply filter_plus; [apply filter_dens | apply filter_scal, Hr]|].
  apply filter_scal, filter_minus; [apply filter_comp; auto using filter_B|].
  apply (filter_ext (fun y x => / 3 * rest y x)); [intros; field | apply filter_scal, Hr].
Qed.

Lemma solution_rest n w : periodic n w -> 0 <= inner n (solution w) (rest w).
Proof.
  intros P. rewrite inner_comm. unfold solution.
  replace (inner n (rest w) (fun x => _ + _)) with
    (inner n (rest w) (fun x => 1 * dens (normal w) x + 1 * rest w x))
    by (apply sum_ext; intros; ring).
  rewrite inner_lin. pose proof (inner_nonneg n (rest w)).
  pose proof (rest_positive n (fun w => dens (normal w)) w
    (normal_positive n dens (dens_positive n)) P). lra.
Qed.

Lemma cycle_upper n c w : 0 <= c -> c * (1 + 2 * INR K) * (1 + 2 / 3 * INR K) <= 2 * INR K ->
  periodic n w -> inner n (solution w) (solution w)
    <= inner n (upper c (normal w)) (upper c (normal w)).
Proof.
  intros Hc Hc' P. pose proof (pos_INR K) as H0. set (a := / (1 + 2 / 3 * INR K)).
  assert (Ha : 0 < a) by (apply Rinv_0_lt_compat; lra).
  assert (Ea : a * (1 + 2 / 3 * INR K) = 1) by (apply Rinv_l; lra).
  set (c' := 2 * INR K * a - c * (1 + 2 * INR K)).
  assert (Hc1 : 0 <= c').
  { apply (Rmult_le_compat_r a) in Hc'; [|lra]. rewrite Rmult_assoc, (Rmult_comm _ a), Ea in Hc'.
    unfold c'. lra. }
  set (g := solution w). set (e := rest w).
  set (z := fun x => c' * e x + 2 * INR K * c * (e x - B e x)).
  set (q := fun x => B z x - z x / 3).
  assert (Ez : forall x, B z x = c' * B e x + 2 * INR K * c * (B e x - B (B e) x)).
  { intros x. unfold z, B. field. }
  assert (Ew : upper c (normal w) = fun x => g x + q x).
  { apply functional_extensionality. intros x. unfold upper, g, solution. fold a e.
    rewrite (filter_commute rest normal) by auto using filter_rest, filter_normal. fold e.
    unfold q. rewrite Ez. unfold z, c'.
    replace (B (normal e) x) with (B e x + 2 * INR K * B (B e) x) by (unfold normal, B; field).
    change (normal e x) with (e x + 2 * INR K * B e x).
    replace (a * (e x + 2 * INR K * B e x)) with (a * (1 + 2 / 3 * INR K) * e x
      + 2 * INR K * a * (B e x - e x / 3)) by field.
    rewrite Ea. field. }
  assert (Pg : periodic n g) by (apply filter_periodic, P; apply filter_solution).
  assert (Pe : periodic n e) by (apply filter_periodic, P; apply filter_rest).
  assert (Fz : filter (fun e x => c' * e x + 2 * INR K * c * (e x - B e x))).
  { apply filter_plus; apply filter_scal; [apply filter_id|].
    apply filter_minus; [apply filter_id | apply filter_B]. }
  assert (Pz : periodic n z) by (apply (filter_periodic n _ e Fz Pe)).
  rewrite Ew, squares_plus. pose proof (inner_nonneg n q). enough (0 <= inner n g q) by lra.
  unfold q. rewrite inner_B_minus by auto. unfold z.
  rewrite (filter_commute (pair 1) _ e (filter_pair 1) Fz). unfold g, e.
  rewrite (filter_commute (pair 1) solution), (filter_commute (pair 1) rest)
    by auto using filter_pair, filter_solution, filter_rest.
  set (s := pair 1 w). assert (Ps : periodic n s) by (apply filter_periodic, P; apply filter_pair).
  rewrite inner_lin, inner_minus_B by (apply filter_periodic, Ps;
    auto using filter_solution, filter_rest).
  rewrite (filter_commute (pair (-1)) solution), (filter_commute (pair (-1)) rest)
    by auto using filter_pair, filter_solution, filter_rest.
  pose proof (solution_rest n s Ps).
  pose proof (solution_rest n (pair (-1) s) ltac:(apply filter_periodic, Ps; apply filter_pair)).
  apply Rmult_le_pos; [lra|]. apply Rplus_le_le_0_compat; repeat apply Rmult_le_pos; lra.
Qed.

End Cycle.

(* From large cycles to Z: a filter of uncorrelated outputs has the variance that the filter of an
   impulse has length on a large cycle. *)

Definition impulse (n : nat) : signal := fun x => if (x mod Z.of_nat n =? 0)%Z then 1 else 0.

Lemma impulse_periodic n : periodic n (impulse n).
Proof.
  intros x. unfold impulse. destruct n as [|n]; [rewrite Z.add_0_r; reflexivity|].
  rewrite <- (Z.mul_1_l (Z.of_nat (S n))) at 1. rewrite Z.mod_add by lia. reflexivity.
Qed.

Lemma impulse_shifts n k k' : (1 <= n)%nat -> (Z.abs (k - k') < Z.of_nat n)%Z ->
  inner n (shift k (impulse n)) (shift k' (impulse n)) = if Z.eqb k k' then 1 else 0.
Proof.
  intros Hn Hk. pose proof (impulse_periodic n) as P.
  rewrite <- (inner_shift n (- k')) by (apply periodic_shift, P).
  destruct n as [|n]; [lia|]. unfold inner. rewrite sum_first, (sum_ext n _ (fun _ => 0)).
  - rewrite sum_const. unfold shift, impulse.
    replace (Z.of_nat 0 + - k' + k')%Z with 0%Z by lia. rewrite Z.mod_0_l by lia. simpl (0 =? 0)%Z.
    replace (Z.of_nat 0 + - k' + k)%Z with (k - k')%Z by lia.
    replace ((k - k') mod Z.of_nat (S n) =? 0)%Z with (k =? k')%Z; [ring|].
    destruct (Z.eqb_spec k k') as [->|E]; [rewrite Z.sub_diag, Z.mod_0_l by lia; reflexivity|].
    symmetry. apply Z.eqb_neq. intros C. apply Z.mod_divide in C; [|lia].
    destruct C as [j C]. rewrite C, Z.abs_mul, (Z.abs_eq (Z.of_nat _)) in Hk by lia.
    assert (Hj : Z.abs j = 0%Z) by nia. replace j with 0%Z in C by lia. lia.
  - intros i Hi. unfold shift, impulse.
    replace (Z.of_nat (S i) + - k' + k')%Z with (Z.of_nat (S i)) by lia.
    rewrite (Z.mod_small (Z.of_nat (S i))) by lia.
    rewrite (proj2 (Z.eqb_neq (Z.of_nat (S i)) 0)) by lia. ring.
Qed.

Lemma inner_plus_l n u u' v : inner n (fun x => u x + u' x) v = inner n u v + inner n u' v.
Proof. unfold inner. rewrite <- sum_plus. apply sum_ext. intros. ring. Qed.

Lemma inner_scal_l n c u v : inner n (fun x => c * u x) v = c * inner n u v.
Proof. unfold inner. rewrite <- sum_scal. apply sum_ext. intros. ring. Qed.

Lemma filters_on_cycle L L' x : filter L -> filter L' -> exists N, forall n, (N <= n)%nat ->
  L (fun k => L' (fun j => if Z.eqb k j then 1 else 0) x) x
  = inner n (L (impulse n)) (L' (impulse n)).
Proof.
  intros HL HL'. induction HL as [k|c L HL IH|L M HL [N IH] HM [N' IH']|L M E HL IH].
  - induction HL' as [j|c L HL IH|L M HL [N IH] HM [N' IH']|L M E HL IH].
    + exists (S (Z.abs_nat (k - j))). intros n Hn. rewrite impulse_shifts by lia. unfold shift.
      destruct (Z.eqb_spec (x + k) (x + j)), (Z.eqb_spec k j); auto; lia.
    + destruct IH as [N IH]. exists N. intros n Hn. rewrite inner_comm, inner_scal_l, inner_comm.
      rewrite <- IH by auto. reflexivity.
    + exists (Nat.max N N'). intros n Hn.
      rewrite inner_comm, inner_plus_l, !(inner_comm n _ (shift k _)).
      rewrite <- IH, <- IH' by lia. reflexivity.
    + destruct IH as [N IH]. exists N. intros n Hn. specialize (IH n Hn).
      unfold shift at 1 in IH. unfold shift at 1. rewrite <- E, IH.
      apply sum_ext. intros. rewrite E. reflexivity.
  - destruct IH as [N IH]. exists N. intros n Hn. rewrite inner_scal_l, <- IH; auto.
  - exists (Nat.max N N'). intros n Hn. rewrite inner_plus_l, <- IH, <- IH' by lia. reflexivity.
  - destruct IH as [N IH]. exists N. intros n Hn. rewrite <- E, (IH n Hn).
    apply sum_ext. intros. rewrite E. reflexivity.
Qed.

Section Processes.

Variables (Omega : Type) (L2 : (Omega -> R) -> Prop) (cov : (Omega -> R) -> (Omega -> R) -> R).
Hypothesis HC : covariance L2 cov.

(* A filter of a process. *)
Definition run (L : signal -> signal) (Y : Z -> Omega -> R) (x : Z) (omega : Omega) : R :=
  L (fun k => Y k omega) x.

Let var (X : Omega -> R) : R := cov X X.

Lemma run_L2 L (Y : Z -> Omega -> R) x : filter L -> (forall k, L2 (Y k)) -> L2 (run L Y x).
Proof.
  intros HL HY. revert x. induction HL as [k|c L HL IH|L M HL IH HM IH'|L M E HL IH]; intros x.
  - apply HY.
  - apply (L2_scal _ _ HC), IH.
  - exact (L2_plus _ _ HC (run L Y x) (run M Y x) (IH x) (IH' x)).
  - replace (run M Y x) with (run L Y x); auto. apply functional_extensionality. intros. apply E.
Qed.

Lemma run_cov L (Y : Z -> Omega -> R) T x : filter L -> (forall k, L2 (Y k)) -> L2 T ->
  cov (run L Y x) T = L (fun k => cov (Y k) T) x.
Proof.
  intros HL HY HT. revert x.
  induction HL as [k|c L HL IH|L M HL IH HM IH'|L M E HL IH]; intros x.
  - reflexivity.
  - rewrite <- IH. exact (cov_scal _ _ HC c (run L Y x) T (run_L2 L Y x HL HY) HT).
  - rewrite <- IH, <- IH'. exact (cov_plus _ _ HC (run L Y x) (run M Y x) T
      (run_L2 L Y x HL HY) (run_L2 M Y x HM HY) HT).
  - rewrite <- E, <- IH. f_equal. apply functional_extensionality. intros. symmetry. apply E.
Qed.

Lemma filters_compare L L' sigma Y x : uncorrelated L2 cov sigma Y -> filter L -> filter L' ->
  (forall n u, periodic n u -> inner n (L u) (L u) <= inner n (L' u) (L' u)) ->
  var (run L Y x) <= var (run L' Y x).
Proof.
  intros (_ & HY & Hcov) HL HL' E.
  assert (EV : forall M, filter M -> exists N, forall n, (N <= n)%nat ->
    var (run M Y x) = sigma ^ 2 * inner n (M (impulse n)) (M (impulse n))).
  { intros M HM. destruct (filters_on_cycle M M x HM HM) as [N HN]. exists N. intros n Hn.
    rewrite <- (HN n Hn). unfold var. rewrite run_cov by auto using run_L2.
    rewrite <- filter_times by auto. apply filter_eq; auto. intros k.
    rewrite (cov_sym _ _ HC), run_cov, <- filter_times by auto using run_L2.
    apply filter_eq; auto. intros j. rewrite Hcov, Z.eqb_sym. destruct (Z.eqb k j); ring. }
  destruct (EV L HL) as [N HN]. destruct (EV L' HL') as [N' HN'].
  rewrite (HN (Nat.max N N')), (HN' (Nat.max N N')) by lia.
  apply Rmult_le_compat_l; [apply pow2_ge_0|]. apply E, impulse_periodic.
Qed.

(* Bounds of variances. *)

Lemma var_scal c X : L2 X -> var (fun omega => c * X omega) = c ^ 2 * var X.
Proof.
  intros HX. pose proof (L2_scal _ _ HC c X HX) as HcX. unfold var.
  rewrite (cov_scal _ _ HC), (cov_sym _ _ HC), (cov_scal _ _ HC); auto. ring.
Qed.

Lemma var_plus t X Z : 0 < t -> L2 X -> L2 Z ->
  var (fun omega => X omega + Z omega) <= (1 + t) * var X + (1 + / t) * var Z.
Proof.
  intros Ht HX HZ.
  assert (E : forall X, L2 X -> var (fun omega => X omega + Z omega)
    = var X + 2 * cov X Z + var Z).
  { intros X' HX'. pose proof (L2_plus _ _ HC X' Z HX' HZ). unfold var.
    rewrite (cov_plus _ _ HC X' Z), !(cov_sym _ _ HC _ (fun omega => X' omega + Z omega)); auto.
    rewrite !(cov_plus _ _ HC X' Z), (cov_sym _ _ HC Z X'); auto. ring. }
  pose proof (cov_pos _ _ HC _ (L2_plus _ _ HC _ Z (L2_scal _ _ HC (- t) X HX) HZ)) as P.
  change (0 <= var (fun omega => - t * X omega + Z omega)) in P.
  rewrite (E (fun omega => - t * X omega)), var_scal, (cov_scal _ _ HC) in P
    by (auto; apply (L2_scal _ _ HC), HX).
  rewrite E by auto. apply (Rmult_le_compat_l (/ t)) in P; [|left; apply Rinv_0_lt_compat, Ht].
  replace (/ t * (_ + _ + _)) with (t * var X - 2 * cov X Z + / t * var Z) in P by (field; lra).
  lra.
Qed.

Lemma run_bounded L : filter L -> exists c, 0 <= c /\ forall (Y : Z -> Omega -> R) m,
  (forall k, L2 (Y k)) -> (forall k, var (Y k) <= m) -> forall x, var (run L Y x) <= c * m.
Proof.
  intros HL. induction HL as [k|c L HL IH|L M HL IH HM IH'|L M E HL IH].
  - exists 1. split; [lra|]. intros Y m HY Hm x. rewrite Rmult_1_l. apply Hm.
  - destruct IH as [d [Hd IH]]. exists (c ^ 2 * d). split.
    + apply Rmult_le_pos; auto using pow2_ge_0.
    + intros Y m HY Hm x. change (run _ Y x) with (fun omega => c * run L Y x omega).
      rewrite var_scal, Rmult_assoc by auto using run_L2.
      apply Rmult_le_compat_l; auto using pow2_ge_0.
  - destruct IH as [d [Hd IH]]. destruct IH' as [d' [Hd' IH']]. exists (2 * d + 2 * d').
    split; [lra|]. intros Y m HY Hm x.
    pose proof (var_plus 1 (run L Y x) (run M Y x) Rlt_0_1) as E. rewrite Rinv_1 in E.
    specialize (E ltac:(auto using run_L2) ltac:(auto using run_L2)).
    specialize (IH Y m HY Hm x). specialize (IH' Y m HY Hm x).
    change (run _ Y x) with (fun omega => run L Y x omega + run M Y x omega). lra.
  - destruct IH as [d [Hd IH]]. exists d. split; auto. intros Y m HY Hm x.
    replace (run M Y x) with (run L Y x); auto. apply functional_extensionality. intros. apply E.
Qed.

(* Two variables that are limits of others whose variances are in order. *)
Lemma var_limit X X' e (A A' : nat -> Omega -> R) : L2 X -> L2 X' -> 0 <= e ->
  (forall N, L2 (A N) /\ L2 (A' N) /\ var (A N) <= var (A' N) /\
    var (fun omega => X omega - A N omega) <= e * (/ 4) ^ N /\
    var (fun omega => A' N omega - X' omega) <= e * (/ 4) ^ N) ->
  var X <= var X'.
Proof.
  intros HX HX' He HA. apply Rnot_lt_le. intros C.
  assert (H0 : 0 <= var X') by (apply (cov_pos _ _ HC), HX').
  set (t := Rmin 1 ((var X - var X') / (4 * (var X' + 1)))).
  assert (Ht : 0 < t <= 1).
  { split; [apply Rmin_glb_lt; [lra|apply Rdiv_lt_0_compat; lra] | apply Rmin_l]. }
  assert (Ht' : 3 * t * var X' <= 3 / 4 * (var X - var X')).
  { apply Rle_trans with (3 * ((var X - var X') / (4 * (var X' + 1))) * (var X' + 1));
      [|apply Req_le; field; lra].
    apply Rmult_le_compat; try nra. apply Rmult_le_compat_l; [lra|apply Rmin_r]. }
  set (s := 1 + / t). assert (Hs : 0 < s) by (pose proof (Rinv_0_lt_compat t); unfold s; lra).
  assert (E : forall N, var X <= (1 + t) * (1 + t) * var X' + 3 * s * (e * (/ 4) ^ N)).
  { intros N. destruct (HA N) as (HN & HN' & E1 & E2 & E3).
    assert (Hm : forall X Z, L2 X -> L2 Z -> L2 (fun omega => X omega - Z omega)).
    { intros U W HU HW. replace (fun omega => U omega - W omega) with
        (fun omega => U omega + -1 * W omega) by (apply functional_extensionality; intros; ring).
      apply (L2_plus _ _ HC); auto. apply (L2_scal _ _ HC), HW. }
    pose proof (var_plus t (A N) (fun omega => X omega - A N omega)) as P1.
    pose proof (var_plus t X' (fun omega => A' N omega - X' omega)) as P2.
    replace (fun omega => A N omega + _) with X in P1
      by (apply functional_extensionality; intros; ring).
    replace (fun omega => X' omega + _) with (A' N) in P2
      by (apply functional_extensionality; intros; ring).
    specialize (P1 ltac:(lra) HN ltac:(auto)). specialize (P2 ltac:(lra) HX' ltac:(auto)).
    fold s in P1, P2.
    apply (Rmult_le_compat_l s) in E2, E3; try lra.
    assert (P3 : (1 + t) * var (A N) <= (1 + t) * ((1 + t) * var X' + s * (e * (/ 4) ^ N)))
      by (apply Rmult_le_compat_l; lra).
    assert (P4 : t * (s * (e * (/ 4) ^ N)) <= 1 * (s * (e * (/ 4) ^ N))).
    { apply Rmult_le_compat_r; [|lra]. repeat apply Rmult_le_pos; try lra. apply pow_le. lra. }
    lra. }
  set (d := (var X - var X') / 4).
  destruct (pow_lt_1_zero (/ 4) ltac:(rewrite Rabs_pos_eq; lra) (d / (3 * s * (e + 1))))
    as [N HN].
  { apply Rdiv_lt_0_compat; [unfold d; lra|]. repeat apply Rmult_lt_0_compat; lra. }
  specialize (HN N (le_n N)). rewrite Rabs_pos_eq in HN by (apply pow_le; lra).
  apply (Rmult_lt_compat_l (3 * s * (e + 1))) in HN; [|repeat apply Rmult_lt_0_compat; lra].
  replace (3 * s * (e + 1) * (d / _)) with d in HN by (field; lra).
  assert (P : 0 <= s * (/ 4) ^ N) by (apply Rmult_le_pos; [lra|apply pow_le; lra]).
  assert (P' : t * t * var X' <= 1 * t * var X')
    by (apply Rmult_le_compat_r; [lra|apply Rmult_le_compat_r; lra]).
  specialize (E N). unfold d in HN. lra.
Qed.

(* Geometric series for (1 + 2K B)^-1. *)

Variable K : nat.

Fixpoint remainder (N : nat) (y : signal) : signal :=
  match N with
  | O => y
  | S N => fun x =>
      - (INR K / (3 + 4 * INR K)) * (remainder N y (x - 1)%Z + remainder N y (x + 1)%Z)
  end.

Fixpoint inverse (N : nat) (y : signal) : signal :=
  match N with
  | O => fun _ => 0
  | S N => fun x => inverse N y x + 3 / (3 + 4 * INR K) * remainder N y x
  end.

Lemma filter_remainder N : filter (remainder N).
Proof.
  induction N as [|N IH]; [apply filter_id|]. apply filter_scal, filter_plus;
    [apply (filter_comp (shift (-1))) | apply (filter_comp (shift 1))];
    auto using filter_shift.
Qed.

Lemma filter_inverse N : filter (inverse N).
Proof.
  induction N as [|N IH].
  - apply (filter_ext (fun y x => 0 * y x)); [intros; simpl; ring | apply filter_scal, filter_id].
  - apply filter_plus, filter_scal, filter_remainder. exact IH.
Qed.

Lemma normal_inverse N y x : normal K (inverse N y) x = y x - remainder N y x.
Proof.
  pose proof (pos_INR K) as H0. revert x. induction N as [|N IH]; intros x.
  - unfold normal, B. simpl. field.
  - assert (E : normal K (inverse (S N) y) x = normal K (inverse N y) x
      + 3 / (3 + 4 * INR K) * normal K (remainder N y) x) by (unfold normal, B; simpl; field; lra).
    rewrite E, IH. unfold normal, B. simpl. field. lra.
Qed.

Lemma neighbours_small (P : Z -> Omega -> R) m x : (forall k, L2 (P k)) ->
  (forall k, var (P k) <= m) ->
  var (fun omega => - (INR K / (3 + 4 * INR K)) * (P (x - 1)%Z omega + P (x + 1)%Z omega)) <= m / 4.
Proof.
  intros HP Hm. pose proof (pos_INR K) as H0. pose proof (Hm (x - 1)%Z). pose proof (Hm (x + 1)%Z).
  rewrite (var_scal _ (fun omega => P (x - 1)%Z omega + P (x + 1)%Z omega))
    by (apply (L2_plus _ _ HC); auto).
  pose proof (var_plus 1 (P (x - 1)%Z) (P (x + 1)%Z) Rlt_0_1 (HP _) (HP _)) as E.
  rewrite Rinv_1 in E.
  assert (Hc : 0 <= INR K / (3 + 4 * INR K) <= / 4).
  { split; [apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat; lra]|].
    apply Rmult_le_reg_r with (3 + 4 * INR K); [lra|]. unfold Rdiv.
    rewrite Rmult_assoc, Rinv_l; lra. }
  assert (Hv : 0 <= var (P x)) by (apply (cov_pos _ _ HC), HP). specialize (Hm x).
  assert (Hc2 : 0 <= (- (INR K / (3 + 4 * INR K))) ^ 2 <= / 16)
    by (split; [apply pow2_ge_0 | nra]).
  apply Rle_trans with ((- (INR K / (3 + 4 * INR K))) ^ 2 * (4 * m));
    [apply Rmult_le_compat_l; lra|].
  apply Rle_trans with (/ 16 * (4 * m)); [apply Rmult_le_compat_r; lra | lra].
Qed.

Lemma remainder_small (Y : Z -> Omega -> R) m N x : (forall k, L2 (Y k)) ->
  (forall k, var (Y k) <= m) -> var (run (remainder N) Y x) <= m * (/ 4) ^ N.
Proof.
  intros HY Hm. revert x. induction N as [|N IH]; intros x.
  - simpl. rewrite Rmult_1_r. apply Hm.
  - simpl pow. replace (m * (/ 4 * (/ 4) ^ N)) with (m * (/ 4) ^ N / 4) by field.
    apply (neighbours_small (run (remainder N) Y)); auto using run_L2, filter_remainder.
Qed.

(* A process of bounded variance is small if 1 + 2K B makes it small. *)
Lemma normal_small (P : Z -> Omega -> R) m q x : (forall k, L2 (P k)) ->
  (forall k, var (P k) <= m) -> (forall k, var (run (normal K) P k) <= q) -> var (P x) <= 4 * q.
Proof.
  intros HP Hm Hq. pose proof (pos_INR K) as H0.
  assert (Hm0 : 0 <= m) by (eapply Rle_trans; [apply (cov_pos _ _ HC (P x)) | apply Hm]; auto).
  assert (E : forall j k, var (P k) <= 4 * q + m * (/ 2) ^ j).
  { induction j as [|j IH]; intros k.
    - simpl. pose proof (Hm k). pose proof (Hq k).
      pose proof (cov_pos _ _ HC _ (run_L2 (normal K) P k (filter_normal K) HP)).
      unfold var in *. lra.
    - set (X := fun omega => 3 / (3 + 4 * INR K) * run (normal K) P k omega).
      set (Z := fun omega =>
        - (INR K / (3 + 4 * INR K)) * (P (k - 1)%Z omega + P (k + 1)%Z omega)).
      assert (HX : L2 X) by (apply (L2_scal _ _ HC), run_L2; auto using filter_normal).
      assert (HZ : L2 Z).
      { apply (L2_scal _ _ HC _ (fun omega => P (k - 1)%Z omega + P (k + 1)%Z omega)).
        apply (L2_plus _ _ HC); auto. }
      replace (P k) with (fun omega => X omega + Z omega)
        by (apply functional_extensionality; intros; unfold X, Z, run, normal, B; field; lra).
      pose proof (var_plus 1 X Z Rlt_0_1 HX HZ) as E. rewrite Rinv_1 in E.
      pose proof (neighbours_small P _ k HP IH) as EZ. fold Z in EZ.
      assert (EX : var X <= q).
      { unfold X. rewrite var_scal by auto using run_L2, filter_normal.
        assert (Hc : 0 <= 3 / (3 + 4 * INR K) <= 1).
        { split; [left; apply Rdiv_lt_0_compat; lra|].
          apply Rmult_le_reg_r with (3 + 4 * INR K); [lra|]. unfold Rdiv.
          rewrite Rmult_assoc, Rinv_l; lra. }
        assert (Hv : 0 <= var (run (normal K) P k))
          by (apply (cov_pos _ _ HC), run_L2; auto using filter_normal).
        specialize (Hq k). assert (0 <= (3 / (3 + 4 * INR K)) ^ 2 <= 1) by nra.
        apply Rle_trans with (1 * var (run (normal K) P k)); [apply Rmult_le_compat_r|]; lra. }
      simpl pow. lra. }
  apply le_epsilon. intros eps Heps.
  destruct (pow_lt_1_zero (/ 2) ltac:(rewrite Rabs_pos_eq; lra) (eps / (m + 1))
    ltac:(apply Rdiv_lt_0_compat; lra)) as [N HN].
  specialize (HN N (le_n N)). rewrite Rabs_pos_eq in HN by (apply pow_le; lra).
  apply (Rmult_lt_compat_l (m + 1)) in HN; [|lra].
  replace ((m + 1) * (eps / (m + 1))) with eps in HN by (field; lra).
  assert (0 <= (/ 2) ^ N) by (apply pow_le; lra). specialize (E N x). lra.
Qed.

Variables (sigma : R) (Y G : Z -> Omega -> R) (bound : R).
Hypothesis HY : uncorrelated L2 cov sigma Y.
Hypothesis HG : forall x, L2 (G x).
Hypothesis HG_bounded : forall x, cov (G x) (G x) <= bound.
Hypothesis HG_solves : forall omega, continuous K (fun x => Y x omega) (fun x => G x omega).
Hypothesis HK : (1 <= K)%nat.

Lemma L2_minus X Z : L2 X -> L2 Z -> L2 (fun omega => X omega - Z omega).
Proof.
  intros HX HZ. replace (fun omega => X omega - Z omega) with
    (fun omega => X omega + -1 * Z omega) by (apply functional_extensionality; intros; ring).
  apply (L2_plus _ _ HC); auto. apply (L2_scal _ _ HC), HZ.
Qed.

Lemma var_minus X Z : L2 X -> L2 Z ->
  var (fun omega => X omega - Z omega) = var (fun omega => Z omega - X omega).
Proof.
  intros HX HZ. replace (fun omega => X omega - Z omega) with
    (fun omega => -1 * (Z omega - X omega)) by (apply functional_extensionality; intros; ring).
  rewrite (var_scal _ (fun omega => Z omega - X omega)) by auto using L2_minus. ring.
Qed.

(* Solutions for the data (1 + 2K B) inverse(N) Y approach G. *)
Lemma approach L : filter L -> exists e, 0 <= e /\ forall N x,
  var (fun omega => G x omega - run (fun y => solution K (inverse N y)) Y x omega)
    <= e * (/ 4) ^ N /\
  var (fun omega => run L Y x omega - run (fun y => L (normal K (inverse N y))) Y x omega)
    <= e * (/ 4) ^ N.
Proof.
  intros HL. destruct HY as (_ & HL2 & Hcov).
  assert (HV : forall k, var (Y k) <= sigma ^ 2)
    by (intros k; unfold var; rewrite Hcov, Z.eqb_refl; lra).
  set (T := fun r : signal => fun x => r x + 2 * INR K * B (dens K r) x).
  assert (HT : filter T).
  { apply filter_plus; [apply filter_id|]. apply filter_scal, filter_comp;
      [apply filter_B | apply filter_dens]. }
  destruct (run_bounded L HL) as [c [Hc EL]]. destruct (run_bounded T HT) as [c' [Hc' ET]].
  exists (c * sigma ^ 2 + 4 * (c' * sigma ^ 2)).
  pose proof (pow2_ge_0 sigma) as Hs.
  assert (0 <= c * sigma ^ 2) by (apply Rmult_le_pos; lra).
  assert (0 <= c' * sigma ^ 2) by (apply Rmult_le_pos; lra). split; [lra|]. intros N x.
  assert (Hp : 0 <= (/ 4) ^ N) by (apply pow_le; lra).
  pose proof (fun k => remainder_small Y _ N k HL2 HV) as ER.
  assert (HR : forall k, L2 (run (remainder N) Y k)) by auto using run_L2, filter_remainder.
  assert (HS : filter (fun y => solution K (inverse N y)))
    by (apply filter_comp; auto using filter_solution, filter_inverse).
  assert (EN : forall L y k, filter L ->
    L (fun k => y k - normal K (inverse N y) k) k = L (remainder N y) k).
  { intros L' y k HL'. apply filter_eq; auto. intros j. rewrite normal_inverse. ring. }
  assert (Em : forall L u v k, filter L -> L (fun k => u k - v k) k = L u k - L v k).
  { intros L' u v k HL'. rewrite (filter_eq L' _ (fun k => 1 * u k + -1 * v k))
      by (auto; intros; ring). rewrite filter_lin by auto. ring. }
  split.
  - set (P := fun k omega => G k omega - run (fun y => solution K (inverse N y)) Y k omega).
    destruct (run_bounded _ HS) as [b [_ Eb]]. specialize (Eb Y _ HL2 HV).
    assert (HP : forall k, L2 (P k)) by (intros; apply L2_minus; auto using run_L2).
    apply Rle_trans with (4 * (c' * (sigma ^ 2 * (/ 4) ^ N)));
      [|assert (0 <= c * sigma ^ 2 * (/ 4) ^ N) by (apply Rmult_le_pos; lra); lra].
    apply (normal_small P (2 * bound + 2 * (b * sigma ^ 2))); auto.
    + intros k. set (U := run (fun y => solution K (inverse N y)) Y k).
      assert (HU : L2 U) by exact (run_L2 _ Y k HS HL2).
      pose proof (var_plus 1 (G k) (fun omega => -1 * U omega) Rlt_0_1 (HG k)
        (L2_scal _ _ HC _ _ HU)) as E.
      rewrite Rinv_1, var_scal in E by auto. specialize (Eb k). fold U in Eb.
      pose proof (HG_bounded k) as Eg. fold (var (G k)) in Eg.
      replace (P k) with (fun omega => G k omega + -1 * U omega)
        by (apply functional_extensionality; intros; unfold P, U; ring). lra.
    + intros k. replace (run (normal K) P k) with (run T (run (remainder N) Y) k).
      * apply ET; auto.
      * apply functional_extensionality. intros omega. unfold run at 1 3.
        set (y := fun k => Y k omega). set (w := inverse N y).
        change (fun k => run (remainder N) Y k omega) with (remainder N y).
        rewrite <- EN, Em by auto. fold w.
        change (fun k => P k omega) with (fun k => G k omega - solution K w k).
        rewrite Em by apply filter_normal. pose proof (HG_solves omega k) as Eg.
        change (normal K (fun k => G k omega) k = T y k) in Eg. rewrite Eg. f_equal.
        symmetry. apply solution_solves.
  - assert (El : forall omega, run L Y x omega - run (fun y => L (normal K (inverse N y))) Y x omega
      = run L (run (remainder N) Y) x omega).
    { intros omega. unfold run at 1 2 3. rewrite <- Em by auto. apply EN, HL. }
    rewrite (functional_extensionality _ _ El).
    apply Rle_trans with (c * (sigma ^ 2 * (/ 4) ^ N)); [apply EL; auto|].
    assert (0 <= c' * sigma ^ 2 * (/ 4) ^ N) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma compare_lower x : var (run (lower K) Y x) <= var (G x).
Proof.
  pose proof (filter_lower K) as HL. pose proof (proj1 (proj2 HY)) as HL2.
  destruct (approach _ HL) as [e [He E]].
  assert (HS : forall N, filter (fun y => solution K (inverse N y)))
    by (intros; apply filter_comp; auto using filter_solution, filter_inverse).
  assert (HN : forall N, filter (fun y => lower K (normal K (inverse N y)))).
  { intros. apply filter_comp; auto. apply filter_comp; auto using filter_normal, filter_inverse. }
  apply (var_limit _ _ e (fun N => run (fun y => lower K (normal K (inverse N y))) Y x)
    (fun N => run (fun y => solution K (inverse N y)) Y x)); auto using run_L2.
  intros N. destruct (E N x) as [E1 E2]. repeat split; auto using run_L2.
  - apply (filters_compare _ _ sigma); auto. intros n u P. apply cycle_lower; auto.
    apply filter_periodic, P. apply filter_inverse.
  - rewrite var_minus; auto using run_L2.
Qed.

Lemma compare_upper c x : 0 <= c -> c * (1 + 2 * INR K) * (1 + 2 / 3 * INR K) <= 2 * INR K ->
  var (G x) <= var (run (upper K c) Y x).
Proof.
  intros Hc Hc'. pose proof (filter_upper K c) as HL. pose proof (proj1 (proj2 HY)) as HL2.
  destruct (approach _ HL) as [e [He E]].
  assert (HS : forall N, filter (fun y => solution K (inverse N y)))
    by (intros; apply filter_comp; auto using filter_solution, filter_inverse).
  assert (HN : forall N, filter (fun y => upper K c (normal K (inverse N y)))).
  { intros. apply filter_comp; auto. apply filter_comp; auto using filter_normal, filter_inverse. }
  apply (var_limit _ _ e (fun N => run (fun y => solution K (inverse N y)) Y x)
    (fun N => run (fun y => upper K c (normal K (inverse N y))) Y x)); auto using run_L2.
  intros N. destruct (E N x) as [E1 E2]. repeat split; auto using run_L2.
  - apply (filters_compare _ _ sigma); auto. intros n u P. apply cycle_upper; auto.
    apply filter_periodic, P. apply filter_inverse.
  - rewrite var_minus; auto using run_L2.
Qed.

End Processes.

(* Values of the bounds. *)

(* a y + (1 - a) D y as a mixture. *)
Definition between (a : R) : mixture :=
  {| constant := fun K => a * INR K; weight := fun m => (1 - a) * / INR m; norm := INR |}.

Lemma between_mix a K y x : (1 <= K)%nat ->
  mix (between a) K y x = a * y x + (1 - a) * dens K y x.
Proof.
  intros HK. pose proof (INR_ge_1 K HK). unfold dens, mix. simpl.
  rewrite (sum_ext K _ (fun i => (1 - a) * (/ INR (S i) * F (S i) y x))) by (intros; simpl; ring).
  rewrite sum_scal. simpl. field. lra.
Qed.

Lemma between_V a K : (1 <= K)%nat -> INR K ^ 2 * V (between a) K
  = a ^ 2 * INR K ^ 2 + 2 * a * (1 - a) * INR K * H K + (1 - a) ^ 2 * W K.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. unfold W. rewrite !V_energy.
  assert (E : forall c s w, energy c (fun m => s * w m) K
    = c ^ 2 + 2 * c * s * sum K (fun i => w (S i)) + s ^ 2 * energy 0 w K).
  { intros c s w. unfold energy. rewrite Rmult_plus_distr_l, <- !sum_scal, <- Rplus_assoc.
    rewrite Rplus_assoc, (Rplus_comm (s ^ 2 * _)), <- !Rplus_assoc, (Rplus_assoc (c ^ 2)).
    rewrite <- sum_plus. replace (s ^ 2 * 0 ^ 2) with 0 by ring. rewrite Rplus_0_r. f_equal.
    apply sum_ext. intros j _.
    rewrite (sum_ext j (fun i => s * _ * _) (fun i => s * (w (S i) * G (S i) (S j))))
      by (intros; ring).
    rewrite sum_scal. ring. }
  simpl constant. simpl norm. change (weight (between a)) with (fun m => (1 - a) * / INR m).
  change (weight density) with (fun m => / INR m).
  rewrite E. change (sum K (fun i => / INR (S i))) with (H K). field. lra.
Qed.

(* The second difference of F_m. *)
Lemma F_second_difference m y x : (1 <= m)%nat ->
  F m y x - B (F m y) x = (2 * y x - y (x + Z.of_nat m)%Z - y (x - Z.of_nat m)%Z) / (6 * INR m).
Proof.
  intros Hm. pose proof (INR_ge_1 m Hm) as HX.
  assert (Tel : forall g n, sum n (fun i => g (Z.of_nat i + 1)%Z) - sum n (fun i => g (Z.of_nat i))
    = g (Z.of_nat n) - g 0%Z).
  { intros g n. induction n as [|n IH]; [simpl; ring|]. cbn [sum].
    replace (Z.of_nat (S n)) with (Z.of_nat n + 1)%Z by lia. lra. }
  set (s z := sum m (fun j => y (z - Z.of_nat j)%Z)).
  assert (EF : forall z, F m y (z + 1)%Z - F m y z = / INR m * (s (z + Z.of_nat m)%Z - s z)).
  { intros z. unfold F. rewrite <- Rmult_minus_distr_l. f_equal.
    pose proof (Tel (fun i => s (z + i)%Z) m) as E. cbv beta in E. rewrite Z.add_0_r in E.
    rewrite <- E. apply (f_equal2 Rminus); apply sum_ext; intros; apply sum_ext; intros;
      f_equal; lia. }
  assert (Es : forall z, s z - s (z - 1)%Z = y z - y (z - Z.of_nat m)%Z).
  { intros z. unfold s. pose proof (Tel (fun j => y (z - j)%Z) m) as E. cbv beta in E.
    rewrite Z.sub_0_r in E.
    rewrite (sum_ext m (fun j => y (z - 1 - _)%Z) (fun j => y (z - (Z.of_nat j + 1))%Z))
      by (intros; f_equal; lia). lra. }
  pose proof (EF x) as E1. pose proof (EF (x - 1)%Z) as E2. rewrite Z.sub_add in E2.
  replace (x - 1 + Z.of_nat m)%Z with (x + Z.of_nat m - 1)%Z in E2 by lia.
  pose proof (Es (x + Z.of_nat m)%Z) as E3. pose proof (Es x) as E4. rewrite Z.add_simpl_r in E3.
  assert (E5 : F m y (x + 1)%Z + F m y (x - 1)%Z - 2 * F m y x
    = / INR m * ((s (x + Z.of_nat m)%Z - s (x + Z.of_nat m - 1)%Z) - (s x - s (x - 1)%Z))) by lra.
  rewrite E3, E4 in E5. unfold B.
  replace (F m y x - _) with (- / 6 * (F m y (x + 1)%Z + F m y (x - 1)%Z - 2 * F m y x)) by field.
  rewrite E5. field. lra.
Qed.

(* The taps of the chord. *)
Definition chord_tap (K : nat) (c : R) (k : Z) : R :=
  (1 - / (1 + 2 / 3 * INR K) + 2 / 3 * c) * tap density K k
  + (if Z.eqb k 0 then
       / (1 + 2 / 3 * INR K) - c / 3 - c / (3 * INR K) * sum K (fun i => / INR (S i) ^ 2)
     else (if Z.eqb (Z.abs k) 1 then - c / 6 else 0) + c / (6 * INR K * IZR k ^ 2)).

Lemma chord_taps K c y x : (1 <= K)%nat ->
  upper K c y x = lags (S K) (fun k => chord_tap K c k * y (x + k)%Z).
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. set (a := / (1 + 2 / 3 * INR K)).
  set (e k := if Z.eqb k 0 then a - c / 3 - c / (3 * INR K) * sum K (fun i => / INR (S i) ^ 2)
    else (if Z.eqb (Z.abs k) 1 then - c / 6 else 0) + c / (6 * INR K * IZR k ^ 2)).
  rewrite (lags_ext (S K) _ (fun k => (1 - a + 2 / 3 * c) * (tap density K k * y (x + k)%Z)
    + e k * y (x + k)%Z)) by (intros; unfold chord_tap; fold a; fold (e k); ring).
  rewrite lags_plus, lags_scal, (lags_extend K) by
    (try lia; intros; rewrite taps_far by lia; ring).
  rewrite <- taps. fold (dens K).
  assert (EB : dens K y x - B (dens K y) x = / INR K * sum K (fun i => / INR (S i) *
    ((2 * y x - y (x + Z.of_nat (S i))%Z - y (x - Z.of_nat (S i))%Z) / (6 * INR (S i))))).
  { rewrite (sum_ext K _ (fun i => / INR (S i) * (F (S i) y x)
      + -1 * (/ 6 * (/ INR (S i) * F (S i) y (x - 1)%Z + 4 * (/ INR (S i) * F (S i) y x)
      + / INR (S i) * F (S i) y (x + 1)%Z))))
      by (intros; rewrite <- F_second_difference by lia; unfold B; field; apply not_0_INR; lia).
    rewrite sum_plus, !sum_scal, !sum_plus, sum_scal. unfold dens, B, mix. simpl. field. lra. }
  assert (EE : lags (S K) (fun k => e k * y (x + k)%Z) = (a - 2 / 3 * c) * y x + c * (y x - B y x)
    - c * (dens K y x - B (dens K y) x)).
  { rewrite EB. unfold lags. rewrite Z.add_0_r, (Nat.sub_succ K 0), Nat.sub_0_r.
    rewrite (sum_ext K _ (fun i =>
      (if Nat.eqb i 0 then - c / 6 * (y (x + 1)%Z + y (x - 1)%Z) else 0)
      + c / (6 * INR K)
        * (/ INR (S i) ^ 2 * (y (x + Z.of_nat (S i))%Z + y (x - Z.of_nat (S i))%Z)))).
    - rewrite sum_plus, sum_scal.
      destruct K as [|J]; [lia|]. rewrite (sum_first J (fun i => if Nat.eqb i 0 then _ else _)).
      rewrite (sum_ext J _ (fun _ => 0)) by (intros; reflexivity). rewrite sum_const.
      rewrite (sum_ext (S J) (fun i => / INR (S i) * _) (fun i => / 3 * y x * / INR (S i) ^ 2
        + - / 6 * (/ INR (S i) ^ 2 * (y (x + Z.of_nat (S i))%Z + y (x - Z.of_nat (S i))%Z))))
        by (intros; field; apply not_0_INR; lia).
      rewrite sum_plus, !sum_scal. unfold e. cbn [Z.eqb Nat.eqb].
      unfold B. field. lra.
    - intros i _. unfold e. rewrite !(proj2 (Z.eqb_neq _ 0)), Z.abs_opp, Z.abs_eq by lia.
      rewrite opp_IZR, <- INR_IZR_INZ, Z.add_opp_r.
      destruct (Nat.eqb_spec i 0) as [->|Hi].
      + simpl. field. lra.
      + rewrite (proj2 (Z.eqb_neq _ 1)) by lia. field. split; [apply not_0_INR; lia | lra]. }
  rewrite EE. unfold upper. fold a. unfold rest at 1 3.
  replace (B (rest K y) x) with (B y x - B (dens K y) x) by (unfold rest, B; field). field.
Qed.

(* The process of the f_K(x_i) for random outputs Y: at each outcome it solves the equations of
   `continuous`, and its variances are bounded (other solutions grow exponentially). *)
Definition continuous_process {Omega : Type} (L2 : (Omega -> R) -> Prop)
    (cov : (Omega -> R) -> (Omega -> R) -> R) (K : nat) (Y fK : Z -> Omega -> R) : Prop :=
  (forall x, L2 (fK x)) /\ (exists bound, forall x, cov (fK x) (fK x) <= bound) /\
  forall omega, continuous K (fun x => Y x omega) (fun x => fK x omega).

Lemma continuous_bounds Omega L2 cov sigma (Y fK : Z -> Omega -> R) K x :
  uncorrelated L2 cov sigma Y -> continuous_process L2 cov K Y fK -> (1 <= K)%nat ->
  sigma ^ 2 * V (between (/ (1 + 2 * INR K))) K <= cov (fK x) (fK x)
    <= sigma ^ 2 * V (between (/ (1 + 2 / 3 * INR K))) K.
Proof.
  intros HY (HG & [bound Hb] & Hs) HK.
  rewrite <- !(iid_variance_mixture _ _ _ _ _ _ K x HY). split.
  - replace (fun omega => mix _ K _ x) with (run Omega (lower K) Y x)
      by (apply functional_extensionality; intros; symmetry; apply between_mix, HK).
    apply (compare_lower _ _ _ (proj1 HY) K sigma Y fK bound); auto.
  - replace (fun omega => mix _ K _ x) with (run Omega (upper K 0) Y x).
    + apply (compare_upper _ _ _ (proj1 HY) K sigma Y fK bound); auto; [lra|].
      pose proof (pos_INR K). lra.
    + apply functional_extensionality. intros omega. rewrite between_mix by auto.
      unfold run, upper, rest. ring.
Qed.

Lemma continuous_bound_9 Omega L2 cov sigma (Y fK : Z -> Omega -> R) x :
  uncorrelated L2 cov sigma Y -> continuous_process L2 cov 9 Y fK ->
  cov (fK x) (fK x) <= sigma ^ 2 * lags 10 (fun k => chord_tap 9 (18 / 133) k ^ 2).
Proof.
  intros HY (HG & [bound Hb] & Hs). rewrite <- (variance_of_lags _ _ _ _ _ 10 x _ HY).
  replace (fun omega => lags 10 _) with (run Omega (upper 9 (18 / 133)) Y x)
    by (apply functional_extensionality; intros; apply chord_taps; lia).
  apply (compare_upper _ _ _ (proj1 HY) 9 sigma Y fK bound); auto; [lia|lra|]. simpl. lra.
Qed.

Lemma chord_9 : 81 * lags 10 (fun k => chord_tap 9 (18 / 133) k ^ 2) < 16.
Proof.
  assert (E : forall k, (k <= 9)%nat -> tap density 9 (Z.of_nat k) =
    / 9 * sum 9 (fun i => / INR (S i) * (if (k <=? S i)%nat then 1 - INR k / INR (S i) else 0))).
  { intros k Hk. unfold tap. simpl constant. simpl norm.
    replace (if (Z.of_nat k =? 0)%Z then 0 else 0) with 0 by (destruct Z.eqb; reflexivity).
    rewrite Rplus_0_l. unfold Rdiv. rewrite Rmult_comm. f_equal; [simpl; f_equal; lra|].
    apply sum_ext. intros i _. simpl weight. f_equal. destruct (Nat.leb_spec k (S i)).
    - apply D_near; lia.
    - apply D_far; lia. }
  assert (Ev : forall k, chord_tap 9 (18 / 133) (- k) = chord_tap 9 (18 / 133) k).
  { intros k. unfold chord_tap, tap. rewrite Z.abs_opp, opp_IZR.
    replace (- k =? 0)%Z with (k =? 0)%Z
      by (destruct (Z.eqb_spec k 0), (Z.eqb_spec (- k) 0); auto; lia).
    rewrite (sum_ext 9 (fun i => _ * D _ (- k)) (fun i => weight density (S i) * D (S i) k))
      by (intros; rewrite D_even; reflexivity).
    replace ((- IZR k) ^ 2) with (IZR k ^ 2) by ring. reflexivity. }
  unfold lags. rewrite (sum_ext _ _ (fun i => 2 * chord_tap 9 (18 / 133) (Z.of_nat (S i)) ^ 2))
    by (intros; rewrite Ev; ring).
  change 0%Z with (Z.of_nat 0). cbn [sum Nat.sub]. unfold chord_tap. rewrite !E by lia. simpl. lra.
Qed.

Lemma between_lower K : (10 <= K)%nat -> 16 <= INR K ^ 2 * V (between (/ (1 + 2 * INR K))) K.
Proof.
  intros HK. rewrite between_V by lia. destruct (Nat.eq_dec K 10) as [->|H10].
  - unfold W. rewrite V_closed_density by lia. unfold H. simpl. lra.
  - pose proof (W_bounds K ltac:(lia)) as HW.
    assert (H16 : 16 <= W K).
    { pose proof (proj2 (V_lower_density 11 ltac:(lia)) ltac:(lia)) as E.
      apply (scale_le (INR 11 ^ 2)) in E; [|simpl; lra]. fold (W 11) in E.
      pose proof (W_increasing 11 K ltac:(lia)). simpl (INR 11) in E. lra. }
    assert (HX : 10 <= INR K) by (apply (le_INR 10) in HK; simpl in HK; lra).
    assert (Hh : 3 / 2 <= H K).
    { clear - HK. induction HK as [|K HK IH]; [unfold H; simpl; lra|].
      change (H (S K)) with (H K + / INR (S K)).
      pose proof (Rinv_0_lt_compat _ (lt_0_INR (S K) ltac:(lia))). lra. }
    set (X := INR K) in *. set (a := / (1 + 2 * X)).
    assert (Ea : a * (1 + 2 * X) = 1) by (apply Rinv_l; lra).
    assert (Ha : 0 < a) by (apply Rinv_0_lt_compat; lra).
    assert (Ha' : a <= / 21) by (apply Rinv_le_contravar; lra).
    assert (P1 : a * X * (3 / 2) <= a * X * H K)
      by (apply Rmult_le_compat_l; [apply Rmult_le_pos|]; lra).
    assert (P2 : a * (2 - a) * W K <= a * (2 - a) * (5 / 3 * X))
      by (apply Rmult_le_compat_l; [apply Rmult_le_pos|]; lra).
    assert (P3 : (1 - a) * (a * X * (3 / 2)) <= (1 - a) * (a * X * H K))
      by (apply Rmult_le_compat_l; lra).
    assert (P4 : 0 <= a * X * (/ 2 - 11 / 2 * a)) by (repeat apply Rmult_le_pos; lra).
    assert (P5 : a * X * (a * (1 + 2 * X)) = a * X * 1) by (rewrite Ea; reflexivity).
    lra.
Qed.

Lemma between_upper K : (1 <= K)%nat ->
  INR K ^ 2 * V (between (/ (1 + 2 / 3 * INR K))) K <= 8 * INR K /\
  ((K <= 8)%nat -> INR K ^ 2 * V (between (/ (1 + 2 / 3 * INR K))) K < 16).
Proof.
  intros HK. rewrite between_V by lia. split.
  - pose proof (INR_ge_1 K HK) as HX. pose proof (H_bounds K HK) as Hh.
    pose proof (W_bounds K HK) as HW.
    set (X := INR K) in *. set (a := / (1 + 2 / 3 * X)).
    assert (Ea : a * (1 + 2 / 3 * X) = 1) by (apply Rinv_l; lra).
    assert (Ha : 0 < a) by (apply Rinv_0_lt_compat; lra).
    assert (HaX : 0 < a * X <= 3 / 2) by (split; [apply Rmult_lt_0_compat|]; lra).
    assert (Ha1 : a <= 1) by lra.
    assert (P1 : a * X * (a * X) <= 3 / 2 * (3 / 2)) by (apply Rmult_le_compat; lra).
    assert (P2 : a * X * H K <= 3 / 2 * X) by (apply Rmult_le_compat; lra).
    assert (P3 : (1 - a) * (a * X * H K) <= 1 * (3 / 2 * X)).
    { apply Rmult_le_compat; try lra. apply Rmult_le_pos; lra. }
    assert (P4 : (1 - a) * (1 - a) * W K <= 1 * 1 * W K).
    { apply Rmult_le_compat_r; [lra|]. apply Rmult_le_compat; lra. }
    lra.
  - intros H8. unfold W. rewrite V_closed_density by lia. unfold H.
    do 9 (destruct K as [|K]; [try lia; simpl; lra|]). lia.
Qed.

(* Theorem IV.2, lower bound, `continuous`: exactly from K = 10 on. *)
Theorem V_lower_continuous Omega L2 cov sigma (Y fK : Z -> Omega -> R) K x :
  uncorrelated L2 cov sigma Y -> continuous_process L2 cov K Y fK -> sigma <> 0 -> (1 <= K)%nat ->
  (4 ^ 2 * sigma ^ 2 / INR K ^ 2 <= cov (fK x) (fK x) <-> (10 <= K)%nat).
Proof.
  intros HY HG Hs HK. pose proof (INR_ge_1 K HK) as HX.
  assert (Hs2 : 0 < sigma ^ 2) by (rewrite <- Rsqr_pow2; apply Rsqr_pos_lt, Hs).
  assert (HX2 : 0 < INR K ^ 2) by (apply pow_lt; lra).
  destruct (continuous_bounds _ _ _ _ _ _ _ x HY HG HK) as [El Eu].
  rewrite (scale_le (INR K ^ 2)) by lra.
  replace (INR K ^ 2 * (4 ^ 2 * sigma ^ 2 / INR K ^ 2)) with (sigma ^ 2 * 16) by (field; lra).
  apply (Rmult_le_compat_l (INR K ^ 2)) in El, Eu; try lra.
  rewrite <- Rmult_assoc, (Rmult_comm _ (sigma ^ 2)), Rmult_assoc in El.
  rewrite <- (Rmult_assoc _ (sigma ^ 2)), (Rmult_comm _ (sigma ^ 2)), Rmult_assoc in Eu.
  split; intros E.
  - apply Nat.nlt_ge. intros C. destruct (Nat.eq_dec K 9) as [->|H9].
    + pose proof (continuous_bound_9 _ _ _ _ _ _ x HY HG) as E9. pose proof chord_9 as C9.
      apply (Rmult_lt_compat_l (sigma ^ 2)) in C9; [|lra]. simpl (INR 9) in *. lra.
    + pose proof (proj2 (between_upper K HK) ltac:(lia)) as C8.
      apply (Rmult_lt_compat_l (sigma ^ 2)) in C8; lra.
  - pose proof (between_lower K E) as C.
    apply (Rmult_le_compat_l (sigma ^ 2)) in C; lra.
Qed.

(* Theorem IV.2, upper bound, `continuous`; it holds for every K. *)
Theorem V_upper_continuous Omega L2 cov sigma (Y fK : Z -> Omega -> R) K x :
  uncorrelated L2 cov sigma Y -> continuous_process L2 cov K Y fK -> (1 <= K)%nat ->
  cov (fK x) (fK x) <= 8 * sigma ^ 2 / INR K.
Proof.
  intros HY HG HK. pose proof (INR_ge_1 K HK) as HX.
  destruct (continuous_bounds _ _ _ _ _ _ _ x HY HG HK) as [_ Eu].
  eapply Rle_trans; [apply Eu|].
  replace (8 * sigma ^ 2 / INR K) with (sigma ^ 2 * (8 / INR K)) by (unfold Rdiv; ring).
  apply Rmult_le_compat_l; [apply pow2_ge_0|].
  apply (scale_le (INR K ^ 2)); [apply pow_lt; lra|].
  replace (INR K ^ 2 * (8 / INR K)) with (8 * INR K) by (field; lra). apply between_upper, HK.
Qed.
