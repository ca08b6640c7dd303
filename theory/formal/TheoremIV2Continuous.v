(* Theorem IV.2 in the fifth reading, `continuous`: Definition II.1 with self pairs over continuous
   piecewise linear functions.  There f_K solves f + 2K B f = y + 2K B D y with D the operator of
   `density`, so that f = D y + (1 - D) (1 + 2K B)^-1 y.  Since 1/3 <= B <= 1, it lies between
   D y + a (1 - D) y with a = 1/(1 + 2K) and with a = 1/(1 + 2K/3); what follows makes this exact,
   on large cycles first, and then for outputs on Z. *)

From Coq Require Import Reals ZArith FunctionalExtensionality Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer Equation3 TheoremIV2 TheoremIV2Readings Blocks.
Open Scope R_scope.

(* Filters commute. *)

Lemma filter_times L c u x : filter L -> L (fun x => c * u x) x = c * L u x.
Proof.
  intros HL. rewrite (filter_eq L _ (fun x => c * u x + 0 * u x)) by (auto; intros; ring).
  rewrite filter_lin by auto. ring.
Qed.

Lemma filter_commute L L' u : filter L -> filter L' -> L (L' u) = L' (L u).
Proof.
  intros HL HL'. apply functional_extensionality.
  induction HL as [k|c L HL IH|L M HL IH HM IH'|L M E HL IH]; intros x.
  - rewrite filter_comm_shift by auto. reflexivity.
  - rewrite IH, filter_times; auto.
  - rewrite IH, IH', (filter_eq L' (fun x => L u x + M u x) (fun x => 1 * L u x + 1 * M u x))
      by (auto; intros; ring).
    rewrite filter_lin by auto. ring.
  - rewrite <- E, IH. apply filter_eq; auto.
Qed.

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

Lemma reading_density : reading density.
Proof. right; right; right; reflexivity. Qed.

Lemma dens_positive n : positive n dens.
Proof. apply positive_mix, HK. apply reading_density. Qed.

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
  intros HL P. pose proof (reading_below density K n L w reading_density HK HL P) as E.
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
  rewrite <- (Z.mul_1_l (Z.of_nat (S n))) at 1. rewrite Z_mod_plus_full. reflexivity.
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
    + exists (Nat.max N N'). intros n Hn. rewrite inner_comm, inner_plus_l, !(inner_comm n _ (shift k _)).
      rewrite <- IH, <- IH' by lia. reflexivity.
    + destruct IH as [N IH]. exists N. intros n Hn. specialize (IH n Hn).
      unfold shift at 1 in IH. unfold shift at 1. rewrite <- E, IH. apply sum_ext. intros. rewrite E. reflexivity.
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

End Processes.
