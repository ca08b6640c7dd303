(* The reading `continuous`, derived: the minimiser of Definition II.1 with self pairs among the
   continuous functions that are linear between neighbouring inputs, on Z/nZ. *)

From Coq Require Import Reals ZArith FunctionalExtensionality Lia Lra.
From Coquelicot Require Import Coquelicot.
From LocalMixup Require Import Sums Lattice Fejer Equation3 Blocks TheoremIV1Continuous.
From LocalMixup Require Import Criterion MinimiserLemmas Readings.
Open Scope R_scope.

(* The function on the line that is linear between its values g at the points of Z. *)
Definition piecewise_linear (g : signal) (t : R) : R :=
  (1 - frac_part t) * g (Int_part t) + frac_part t * g (Int_part t + 1)%Z.

(* Definition II.1 with lambda uniform on [0, 1] on Z/nZ: each self pair counts once, each pair at a
   distance m = 1, ..., K twice, as (i, j) and (j, i). *)
Definition continuous_criterion (n K : nat) (y g : signal) : R :=
  sum n (fun i => let x := Z.of_nat i in
    (y x - piecewise_linear g (IZR x)) ^ 2
    + 2 * sum K (fun l => let m := S l in
        RInt (fun lambda => (lambda * y (x + Z.of_nat m)%Z + (1 - lambda) * y x
          - piecewise_linear g (lambda * IZR (x + Z.of_nat m) + (1 - lambda) * IZR x)) ^ 2) 0 1)).

(* The integrals. *)

Lemma piecewise_linear_between g k t : IZR k <= t < IZR k + 1 ->
  piecewise_linear g t = (1 - (t - IZR k)) * g k + (t - IZR k) * g (k + 1)%Z.
Proof.
  intros Ht. destruct (base_Int_part t) as [H1 H2].
  assert (E : Int_part t = k).
  { apply Z.le_antisymm; apply Z.lt_succ_r, lt_IZR; rewrite succ_IZR; lra. }
  unfold piecewise_linear, frac_part. rewrite E. reflexivity.
Qed.

(* The error at the p-th lattice point of a segment, and the integral over a step. *)
Definition off (y g : signal) (x : Z) (m p : nat) : R := g (x + Z.of_nat p)%Z - chord y x m p.
Definition step (u v : R) : R := (u ^ 2 + u * v + v ^ 2) / 3.

Lemma segment_integral y g x m : (1 <= m)%nat ->
  RInt (fun lambda => (lambda * y (x + Z.of_nat m)%Z + (1 - lambda) * y x
    - piecewise_linear g (lambda * IZR (x + Z.of_nat m) + (1 - lambda) * IZR x)) ^ 2) 0 1
  = / INR m * sum m (fun p => step (off y g x m p) (off y g x m (S p))).
Proof.
  intros Hm. pose proof (INR_pos m Hm) as HM. set (h := fun lambda => _ ^ 2).
  assert (E : forall p, (p <= m)%nat -> is_RInt h 0 (INR p / INR m)
    (/ INR m * sum p (fun p => step (off y g x m p) (off y g x m (S p))))).
  { induction p as [|p IH]; intros Hp.
    - simpl. unfold Rdiv. rewrite Rmult_0_l, Rmult_0_r. apply (is_RInt_point h 0).
    - cbn [sum]. rewrite Rmult_plus_distr_l.
      apply (is_RInt_Chasles h 0 (INR p / INR m)); [apply IH; lia|].
      set (u := off y g x m p). set (v := off y g x m (S p)).
      replace (/ INR m * step u v) with
        ((u - INR p * (v - u)) ^ 2 * (INR (S p) / INR m - INR p / INR m)
        + (u - INR p * (v - u)) * (INR m * (v - u))
          * ((INR (S p) / INR m) ^ 2 - (INR p / INR m) ^ 2)
        + (INR m * (v - u)) ^ 2 / 3 * ((INR (S p) / INR m) ^ 3 - (INR p / INR m) ^ 3))
        by (rewrite S_INR; unfold step; field; lra).
      assert (Hp' : INR p / INR m < INR (S p) / INR m).
      { rewrite S_INR. apply Rmult_lt_compat_r; [apply Rinv_0_lt_compat|]; lra. }
      assert (Eh : forall l, INR p / INR m < l < INR (S p) / INR m ->
        (u - INR p * (v - u) + INR m * (v - u) * l) ^ 2 = h l).
      2: { apply (is_RInt_ext (fun l => (u - INR p * (v - u) + INR m * (v - u) * l) ^ 2));
             [rewrite Rmin_left, Rmax_right by lra; exact Eh | apply is_RInt_square_affine]. }
      intros l [H1 H2].
      assert (Hl : INR p < l * INR m < INR p + 1).
      { apply (Rmult_lt_compat_r (INR m)) in H1, H2; auto. rewrite S_INR in H2.
        unfold Rdiv in H1, H2. rewrite Rmult_assoc, Rinv_l in H1, H2 by lra. lra. }
      unfold h. rewrite (piecewise_linear_between g (x + Z.of_nat p)).
      + unfold u, v, off, chord. rewrite !plus_IZR, <- !INR_IZR_INZ.
        replace (x + Z.of_nat p + 1)%Z with (x + Z.of_nat (S p))%Z by lia.
        rewrite S_INR. field. lra.
      + rewrite !plus_IZR, <- !INR_IZR_INZ. lra. }
  specialize (E m (le_n m)). replace (INR m / INR m) with 1 in E by (field; lra).
  apply is_RInt_unique. exact E.
Qed.

Lemma continuous_criterion_steps n K y g : continuous_criterion n K y g
  = sum n (fun i => (y (Z.of_nat i) - g (Z.of_nat i)) ^ 2)
    + 2 * sum K (fun l => / INR (S l) * sum (S l) (fun p => sum n (fun i =>
        step (off y g (Z.of_nat i) (S l) p) (off y g (Z.of_nat i) (S l) (S p))))).
Proof.
  unfold continuous_criterion. rewrite sum_plus, sum_scal, sum_swap. f_equal; [|f_equal].
  - apply sum_ext. intros i _. rewrite (piecewise_linear_between g (Z.of_nat i)) by lra.
    ring.
  - apply sum_ext. intros l _. rewrite sum_swap, <- sum_scal. apply sum_ext. intros i _.
    apply segment_integral. lia.
Qed.

(* Around the solution: the terms of first order vanish. *)

Lemma sum_minus m a b : sum m (fun p => a - b p) = INR m * a - sum m b.
Proof.
  rewrite (sum_ext m _ (fun p => a + -1 * b p)) by (intros; ring).
  rewrite sum_plus, sum_const, sum_scal. ring.
Qed.

Lemma sum_off_right y g x m : (1 <= m)%nat ->
  sum m (fun p => off y g (x - Z.of_nat p) m p) = INR m * g x - F m y x.
Proof.
  intros Hm. rewrite <- (chords_right y x m Hm), <- sum_minus.
  apply sum_ext. intros p _. unfold off. rewrite Z.sub_add. reflexivity.
Qed.

Lemma sum_off_left y g x m : (1 <= m)%nat ->
  sum m (fun p => off y g (x - Z.of_nat (S p)) m (S p)) = INR m * g x - F m y x.
Proof.
  intros Hm. rewrite <- (chords_left y x m Hm), <- sum_minus.
  apply sum_ext. intros p _. unfold off. rewrite Z.sub_add. reflexivity.
Qed.

Lemma off_periodic n y g j m p : periodic n y -> periodic n g ->
  periodic n (fun x => off y g (x - j) m p).
Proof.
  intros Py Pg x. unfold off, chord.
  replace (x + Z.of_nat n - j + Z.of_nat p)%Z with (x - j + Z.of_nat p + Z.of_nat n)%Z by lia.
  replace (x + Z.of_nat n - j + Z.of_nat m)%Z with (x - j + Z.of_nat m + Z.of_nat n)%Z by lia.
  replace (x + Z.of_nat n - j)%Z with (x - j + Z.of_nat n)%Z by lia. rewrite Pg, !Py. reflexivity.
Qed.

(* The terms of one step, moved to the point x at which g - f0 is taken. *)
Lemma step_shift n y g d j m p p' c c' : periodic n y -> periodic n g -> periodic n d ->
  sum n (fun i => let x := Z.of_nat i in
    (c * off y g x m p + c' * off y g x m p') * d (x + j)%Z)
  = sum n (fun i => let x := Z.of_nat i in
    d x * (c * off y g (x - j) m p + c' * off y g (x - j) m p')).
Proof.
  intros Py Pg Pd.
  cbv zeta. rewrite <- (sum_period n j (fun x =>
    d x * (c * off y g (x - j) m p + c' * off y g (x - j) m p'))).
  - apply sum_ext. intros i _. rewrite Z.add_simpl_r. apply Rmult_comm.
  - intros x. rewrite Pd, (off_periodic n y g j m p), (off_periodic n y g j m p') by auto.
    reflexivity.
Qed.

Lemma length_excess n m y f0 g : (1 <= m)%nat -> periodic n y -> periodic n f0 -> periodic n g ->
  let d x := g x - f0 x in
  let steps u := sum m (fun p => sum n (fun i =>
    let x := Z.of_nat i in step (u x p) (u x (S p)))) in
  steps (fun x => off y g x m) = steps (fun x => off y f0 x m)
    + steps (fun x p => d (x + Z.of_nat p)%Z)
    + sum n (fun i => let x := Z.of_nat i in d x * (2 * (INR m * B f0 x - B (F m y) x))).
Proof.
  intros Hm Py Pf Pg d steps.
  assert (Pd : periodic n d) by (intros x; unfold d; rewrite Pg, Pf; reflexivity).
  set (a := off y f0).
  transitivity (steps (fun x => a x m) + steps (fun x p => d (x + Z.of_nat p)%Z)
    + / 3 * sum m (fun p =>
      sum n (fun i => let x := Z.of_nat i in (2 * a x m p + 1 * a x m (S p)) * d (x + Z.of_nat p)%Z)
      + sum n (fun i => let x := Z.of_nat i in
          (1 * a x m p + 2 * a x m (S p)) * d (x + Z.of_nat (S p))%Z))).
  - unfold steps. rewrite <- sum_scal, <- !sum_plus. apply sum_ext. intros p _.
    rewrite <- !sum_plus, <- sum_scal, <- sum_plus. apply sum_ext. intros i _. cbv zeta.
    unfold step, a, off, d. field.
  - f_equal. rewrite (sum_ext m _ (fun p => sum n (fun i => let x := Z.of_nat i in d x *
      ((2 * a (x - Z.of_nat p)%Z m p + a (x + 1 - Z.of_nat (S p))%Z m (S p))
      + (a (x - 1 - Z.of_nat p)%Z m p + 2 * a (x - Z.of_nat (S p))%Z m (S p)))))).
    + rewrite sum_swap, <- sum_scal. apply sum_ext. intros i _. cbv zeta.
      rewrite sum_scal, !sum_plus, !sum_scal. unfold a.
      rewrite !sum_off_right, !sum_off_left by auto. unfold B. field.
    + intros p _. unfold a. rewrite !step_shift by auto. rewrite <- sum_plus. apply sum_ext.
      intros i _. cbv zeta.
      replace (Z.of_nat i + 1 - Z.of_nat (S p))%Z with (Z.of_nat i - Z.of_nat p)%Z by lia.
      replace (Z.of_nat i - 1 - Z.of_nat p)%Z with (Z.of_nat i - Z.of_nat (S p))%Z by lia. ring.
Qed.

Lemma step_nonneg u v : 0 <= step u v.
Proof. unfold step. nra. Qed.

Lemma continuous_excess n K y f0 g : (1 <= K)%nat ->
  periodic n y -> periodic n f0 -> periodic n g -> continuous K y f0 ->
  continuous_criterion n K y f0 + sum n (fun i => (g (Z.of_nat i) - f0 (Z.of_nat i)) ^ 2)
  <= continuous_criterion n K y g.
Proof.
  intros HK Py Pf Pg Ef. pose proof (INR_pos K HK). set (d := fun x => g x - f0 x).
  rewrite !continuous_criterion_steps.
  rewrite (sum_ext K (fun l => / INR (S l) * sum (S l) (fun p => sum n (fun i =>
      step (off y g _ _ _) _)))
    (fun l => / INR (S l) * sum (S l) (fun p => sum n (fun i =>
        step (off y f0 (Z.of_nat i) (S l) p) (off y f0 (Z.of_nat i) (S l) (S p))))
      + (/ INR (S l) * sum (S l) (fun p => sum n (fun i =>
        step (d (Z.of_nat i + Z.of_nat p)%Z) (d (Z.of_nat i + Z.of_nat (S p))%Z)))
      + sum n (fun i => d (Z.of_nat i) * (2 * (B f0 (Z.of_nat i)
        - / INR (S l) * B (F (S l) y) (Z.of_nat i))))))).
  - rewrite !sum_plus, sum_swap.
    set (R1 := sum K (fun l => / INR (S l) * sum (S l) (fun p => sum n (fun i =>
        step (off y f0 _ _ _) _)))).
    set (R2 := sum K _).
    assert (0 <= R2).
    { apply sum_nonneg. intros l _. apply Rmult_le_pos.
      - left. apply Rinv_0_lt_compat, INR_pos. lia.
      - apply sum_nonneg. intros p _. apply sum_nonneg. intros i _. apply step_nonneg. }
    assert (Z : sum n (fun i => (y (Z.of_nat i) - g (Z.of_nat i)) ^ 2)
      + 2 * sum n (fun i => sum K (fun l => d (Z.of_nat i) * (2 * (B f0 (Z.of_nat i)
        - / INR (S l) * B (F (S l) y) (Z.of_nat i)))))
      = sum n (fun i => (y (Z.of_nat i) - f0 (Z.of_nat i)) ^ 2)
        + sum n (fun i => (g (Z.of_nat i) - f0 (Z.of_nat i)) ^ 2)).
    { rewrite <- sum_scal, <- !sum_plus. apply sum_ext. intros i _. set (x := Z.of_nat i).
      rewrite sum_scal, sum_scal.
      assert (EB : sum K (fun l => B f0 x - / INR (S l) * B (F (S l) y) x)
        = INR K * B f0 x - INR K * B (mix density K y) x).
      { rewrite sum_minus. f_equal. unfold B, mix, density. cbn [constant weight norm].
        unfold Rdiv. rewrite (sum_ext K _ (fun l => / 6 * (/ INR (S l) * F (S l) y (x - 1)%Z)
          + (/ 6 * 4 * (/ INR (S l) * F (S l) y x) + / 6 * (/ INR (S l) * F (S l) y (x + 1)%Z))))
          by (intros; ring).
        rewrite !sum_plus, !sum_scal. field. lra. }
      rewrite EB. pose proof (Ef x) as E. unfold d.
      replace (INR K * B f0 x - INR K * B (mix density K y) x) with ((y x - f0 x) / 2) by lra.
      field. }
    lra.
  - intros l _. pose proof (INR_pos (S l) ltac:(lia)).
    pose proof (length_excess n (S l) y f0 g ltac:(lia) Py Pf Pg) as E. cbv zeta in E. rewrite E.
    rewrite !Rmult_plus_distr_l, Rplus_assoc. do 2 f_equal. rewrite <- sum_scal.
    apply sum_ext. intros i _. unfold d. field. lra.
Qed.

(* Definition II.1 with self pairs on Z/nZ, among the continuous functions that are linear between
   neighbouring inputs: the only minimiser is the solution of the equations of `continuous`. *)
Theorem continuous_minimiser n K y g : (1 <= n)%nat -> (1 <= K)%nat -> periodic n y ->
  only_minimiser n (continuous_criterion n K y) g <-> periodic n g /\ continuous K y g.
Proof.
  intros Hn HK Py.
  assert (M : forall f0, periodic n f0 -> continuous K y f0 ->
    only_minimiser n (continuous_criterion n K y) f0).
  { intros f0 Pf Ef. split; [exact Pf|]. intros h Ph.
    pose proof (continuous_excess n K y f0 h HK Py Pf Ph Ef) as E.
    assert (0 <= sum n (fun i => (h (Z.of_nat i) - f0 (Z.of_nat i)) ^ 2))
      by (apply sum_nonneg; intros; apply pow2_ge_0).
    split; [lra|]. split.
    - intros Eh x. enough (h x - f0 x = 0) by lra.
      apply (inner_0 n (fun x => h x - f0 x)); auto.
      + intros z. rewrite Ph, Pf. reflexivity.
      + apply Rle_trans with (sum n (fun i => (h (Z.of_nat i) - f0 (Z.of_nat i)) ^ 2)); [|lra].
        apply Req_le, sum_ext. intros; ring.
    - intros Eh. f_equal. apply functional_extensionality, Eh. }
  split; [|intros [Pg Eg]; apply M; auto]. intros [Pg Mg].
  destruct (continuous_exists K n y Hn Py) as (f0 & Pf & Ef).
  destruct (M f0 Pf Ef) as [_ Mf]. destruct (Mg f0 Pf) as [L1 _]. destruct (Mf g Pg) as [L2 E].
  split; [exact Pg|]. replace g with f0; [exact Ef|].
  apply functional_extensionality. intros x. symmetry. apply E. lra.
Qed.

(* Sharp: it is none of the four other readings: for y = 0, 1, 0, 1, ... and K = 2 it is 1/7 at 0,
   see readings_differ. *)
Theorem continuous_differs g : let y := fun x => if Z.even x then 0 else 1 in
  periodic 2 g -> continuous 2 y g -> g 0%Z = 1 / 7.
Proof.
  intros y P E. pose proof (E 0%Z) as E0. pose proof (E 1%Z) as E1.
  unfold B, mix, F, y in E0, E1. simpl in E0, E1.
  pose proof (P (-1)%Z) as P0. pose proof (P 0%Z) as P1. simpl in P0, P1.
  rewrite <- P0 in E0. rewrite P1 in E1. lra.
Qed.
