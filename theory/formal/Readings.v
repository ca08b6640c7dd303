(* The readings of f_K, derived: each is the minimiser of a criterion.  `counting` and
   `counting_self`, and Definition II.1's integral by the trapezoid rule, on Z/nZ; `density` and
   `length` as the exact minimiser of Definition II.1 on a long finite lattice. *)

From Coq Require Import Reals ZArith Bool Lia Lra.
From Coquelicot Require Import Coquelicot.
From LocalMixup Require Import Sums Lattice Fejer Equation3 Blocks.
From LocalMixup Require Import Criterion MinimiserLemmas TheoremIII2.
Open Scope R_scope.

(* The value at x + p of the segment from x to x + m, by linear interpolation of the outputs. *)
Definition chord (y : signal) (x : Z) (m p : nat) : R :=
  ((INR m - INR p) * y x + INR p * y (x + Z.of_nat m)%Z) / INR m.

(* The criterion on Z/nZ over the n K segments of the lengths m = 1, ..., K, at their lattice points
   p = 0, ..., m with the weights c m p, and with the weight v of each self pair. *)
Definition lattice_criterion (c : nat -> nat -> R) (v : R) (n K : nat) (y g : signal) : R :=
  sum n (fun i => let x := Z.of_nat i in
    v * (g x - y x) ^ 2
    + sum K (fun l => let m := S l in
        sum (S m) (fun p => c m p * (g (x + Z.of_nat p)%Z - chord y x m p) ^ 2))).

(* g0 is the only minimiser of a criterion L over the functions on Z/nZ. *)
Definition only_minimiser (n : nat) (L : signal -> R) (g0 : signal) : Prop :=
  periodic n g0 /\
  forall g, periodic n g -> L g0 <= L g /\ (L g = L g0 <-> forall x, g x = g0 x).

(* The trapezoid rule: the ends of a segment count half. *)
Definition trapezoid (m p : nat) : R := if ((p =? 0) || (p =? m))%nat then / 2 else 1.

(* Sums over the segments through a point. *)

Lemma chord_ends y x m : (1 <= m)%nat ->
  chord y x m 0 = y x /\ chord y (x - Z.of_nat m) m m = y x.
Proof.
  intros Hm. pose proof (INR_pos m Hm). unfold chord. rewrite Z.sub_add. simpl INR.
  split; field; lra.
Qed.

Lemma chords_between y x m : (1 <= m)%nat ->
  sum (m - 1) (fun p => chord y (x - Z.of_nat (S p)) m (S p)) = F m y x - y x.
Proof.
  intros Hm. rewrite <- A_fejer by auto. unfold A. rewrite <- sum_scal.
  apply sum_ext. intros p Hp. unfold chord, Rdiv. rewrite Rmult_comm. do 4 f_equal. lia.
Qed.

Lemma chords_right y x m : (1 <= m)%nat ->
  sum m (fun p => chord y (x - Z.of_nat p) m p) = F m y x.
Proof.
  intros Hm. pose proof (chords_between y x m Hm) as E. destruct m as [|m]; [lia|].
  rewrite sum_first. simpl (S m - 1)%nat in E. rewrite Nat.sub_0_r in E. rewrite E.
  rewrite Z.sub_0_r, (proj1 (chord_ends y x (S m) Hm)). ring.
Qed.

Lemma chords_left y x m : (1 <= m)%nat ->
  sum m (fun p => chord y (x - Z.of_nat (S p)) m (S p)) = F m y x.
Proof.
  intros Hm. pose proof (chords_between y x m Hm) as E. destruct m as [|m]; [lia|].
  cbn [sum]. simpl (S m - 1)%nat in E. rewrite Nat.sub_0_r in E. rewrite E.
  rewrite (proj2 (chord_ends y x (S m) Hm)). ring.
Qed.

Lemma sum_trapezoid m h : (1 <= m)%nat -> sum (S m) (fun p => trapezoid m p * h p)
  = sum (m - 1) (fun p => h (S p)) + (h O + h m) / 2.
Proof.
  intros Hm. destruct m as [|m]; [lia|]. rewrite sum_first. cbn [sum].
  simpl (S m - 1)%nat. rewrite Nat.sub_0_r.
  rewrite (sum_ext m _ (fun p => h (S p))).
  - replace (trapezoid (S m) (S m)) with (/ 2)
      by (unfold trapezoid; rewrite Nat.eqb_refl, orb_true_r; reflexivity).
    unfold trapezoid. simpl. field.
  - intros p Hp. unfold trapezoid. rewrite (proj2 (Nat.eqb_neq _ _)) by lia.
    rewrite (proj2 (Nat.eqb_neq _ _)) by lia. simpl. ring.
Qed.

(* Completing the square: the criterion of any other function. *)
Lemma lattice_excess c v N n K y f0 g : periodic n y -> periodic n f0 -> periodic n g ->
  N = v + sum K (fun l => sum (S (S l)) (c (S l))) ->
  (forall x, N * f0 x = v * y x + sum K (fun l =>
    sum (S (S l)) (fun p => c (S l) p * chord y (x - Z.of_nat p) (S l) p))) ->
  lattice_criterion c v n K y g
  = lattice_criterion c v n K y f0 + N * sum n (fun i => (g (Z.of_nat i) - f0 (Z.of_nat i)) ^ 2).
Proof.
  intros Py Pf Pg EN Ef.
  set (b := fun x z => (g x - f0 x) * (g x + f0 x - 2 * z)).
  assert (P : forall m p, periodic n (fun x => b x (chord y (x - Z.of_nat p) m p))).
  { intros m p x. unfold b, chord. rewrite Pg, Pf.
    replace (x + Z.of_nat n - Z.of_nat p)%Z with (x - Z.of_nat p + Z.of_nat n)%Z by lia.
    replace (x - Z.of_nat p + Z.of_nat n + Z.of_nat m)%Z
      with (x - Z.of_nat p + Z.of_nat m + Z.of_nat n)%Z by lia.
    rewrite !Py. reflexivity. }
  assert (E : lattice_criterion c v n K y g - lattice_criterion c v n K y f0
    = sum n (fun i => let x := Z.of_nat i in v * b x (y x))
      + sum n (fun i => let x := Z.of_nat i in sum K (fun l =>
          sum (S (S l)) (fun p => c (S l) p * b x (chord y (x - Z.of_nat p) (S l) p))))).
  { rewrite (sum_swap n K), (sum_ext K _ (fun l => sum (S (S l)) (fun p => c (S l) p *
      sum n (fun i => b (Z.of_nat i + Z.of_nat p)%Z (chord y (Z.of_nat i) (S l) p))))).
    - unfold lattice_criterion. rewrite !sum_plus.
      rewrite (sum_swap n K), (sum_swap n K (fun i l => sum _ (fun p => _ * (f0 _ - _) ^ 2))).
      match goal with |- ?a + ?b - (?a' + ?b') = ?s + ?t =>
        enough (a = a' + s /\ b = b' + t) by lra end.
      split; [|rewrite <- sum_plus; apply sum_ext; intros l _].
      + rewrite <- sum_plus. apply sum_ext. intros i _. unfold b. ring.
      + rewrite (sum_swap n), (sum_swap n _ (fun i p => _ * (f0 _ - _) ^ 2)), <- sum_plus.
        apply sum_ext. intros p _. rewrite <- sum_scal, <- sum_plus. apply sum_ext.
        intros i _. unfold b. ring.
    - intros l _. rewrite sum_swap. apply sum_ext. intros p _. rewrite sum_scal. f_equal.
      rewrite <- (sum_period n (Z.of_nat p) _ (P (S l) p)). apply sum_ext. intros i _.
      rewrite Z.add_simpl_r. reflexivity. }
  enough (H : lattice_criterion c v n K y g - lattice_criterion c v n K y f0
    = N * sum n (fun i => (g (Z.of_nat i) - f0 (Z.of_nat i)) ^ 2)) by lra.
  rewrite E, <- sum_plus, <- sum_scal. apply sum_ext. intros i _. cbv zeta.
  set (x := Z.of_nat i). set (d := g x - f0 x). set (e := g x + f0 x).
  replace (N * d ^ 2) with (d * (e * N - 2 * (N * f0 x))) by (unfold d, e; ring).
  rewrite Ef, EN.
  rewrite (sum_ext K _ (fun l => (d * e) * sum (S (S l)) (c (S l)) + (- 2 * d) *
    sum (S (S l)) (fun p => c (S l) p * chord y (x - Z.of_nat p) (S l) p))).
  - rewrite sum_plus, !sum_scal. unfold b. fold d e. ring.
  - intros l _. rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros p _.
    unfold b. fold d e. ring.
Qed.

Lemma only_minimiser_criterion c v N n K y f0 : (1 <= n)%nat -> 0 < N ->
  periodic n y -> periodic n f0 ->
  N = v + sum K (fun l => sum (S (S l)) (c (S l))) ->
  (forall x, N * f0 x = v * y x + sum K (fun l =>
    sum (S (S l)) (fun p => c (S l) p * chord y (x - Z.of_nat p) (S l) p))) ->
  only_minimiser n (lattice_criterion c v n K y) f0.
Proof.
  intros Hn HN Py Pf EN Ef. split; [exact Pf|]. intros g Pg.
  rewrite (lattice_excess c v N n K y f0 g) by auto.
  set (s := sum n _).
  assert (Hs : 0 <= s) by (apply sum_nonneg; intros; apply pow2_ge_0).
  assert (0 <= N * s) by (apply Rmult_le_pos; lra). repeat split; [lra| |].
  - intros E x. assert (s = 0) by nra.
    enough (g x - f0 x = 0) by lra.
    apply (inner_0 n (fun x => g x - f0 x)); auto.
    + intros z. rewrite Pg, Pf. reflexivity.
    + apply Req_le. rewrite <- H0. apply sum_ext. intros; ring.
  - intros E. unfold s. rewrite (sum_ext n _ (fun _ => 0)), sum_const; [ring|].
    intros i _. rewrite E. ring.
Qed.

Lemma sum_arithmetic a b K : sum K (fun l => a + b * INR (S l))
  = a * INR K + b * (INR K * (INR K + 1) / 2).
Proof. induction K as [|K IH]; [simpl; field|]. cbn [sum]. rewrite IH, S_INR. field. Qed.

(* The minimiser when all lattice points count w. *)
Lemma counting_general w v n K y f0 : (1 <= n)%nat -> periodic n y -> periodic n f0 ->
  let N := v + w * (INR K * (INR K + 3) / 2) in 0 < N ->
  (forall x, N * f0 x = v * y x + w * (INR K * y x + sum K (fun l => F (S l) y x))) ->
  only_minimiser n (lattice_criterion (fun _ _ => w) v n K y) f0.
Proof.
  intros Hn Py Pf N HN Ef. apply (only_minimiser_criterion _ _ N); auto.
  - rewrite (sum_ext K _ (fun l => w + w * INR (S l)))
      by (intros; rewrite sum_const, (S_INR (S _)); ring).
    rewrite sum_arithmetic. unfold N. field.
  - intros x. rewrite Ef. f_equal. rewrite <- sum_const, <- sum_plus, <- sum_scal.
    apply sum_ext. intros l _. rewrite sum_scal, (sum_first (S l)), chords_left by lia.
    simpl Z.of_nat at 1. rewrite Z.sub_0_r, (proj1 (chord_ends y x (S l) ltac:(lia))). ring.
Qed.

(* Eq. (3): on Z/nZ, f_K as printed is the only minimiser of the criterion that counts each lattice
   point of each segment between inputs at most K apart once (`counting`). *)
Theorem counting_minimiser n K y : (1 <= n)%nat -> (1 <= K)%nat -> periodic n y ->
  only_minimiser n (lattice_criterion (fun _ _ => 1) 0 n K y) (f K y).
Proof.
  intros Hn HK Py. pose proof (INR_pos K HK).
  apply counting_general; auto.
  - intros x. rewrite !f_is_counting. apply filter_periodic; auto. apply filter_mix.
  - nra.
  - intros x. rewrite f_is_counting. unfold mix. simpl.
    rewrite (sum_ext K _ (fun l => F (S l) y x)) by (intros; ring). field. lra.
Qed.

(* Section IV.B with ordered pairs (each segment counts twice) and self pairs: `counting_self`,
   for all K >= 0; with K = 0 it is y, as the paper says. *)
Theorem counting_self_minimiser n K y : (1 <= n)%nat -> periodic n y ->
  only_minimiser n (lattice_criterion (fun _ _ => 2) 1 n K y) (mix counting_self K y).
Proof.
  intros Hn Py. pose proof (pos_INR K). apply counting_general; auto.
  - apply filter_periodic; auto. apply filter_mix.
  - nra.
  - intros x. unfold mix. simpl. rewrite sum_scal. field. nra.
Qed.


(* Weights of the segments by their length, with the trapezoid rule. *)
Lemma trapezoid_general w N n K y f0 : (1 <= n)%nat -> periodic n y -> periodic n f0 -> 0 < N ->
  N = sum K (fun l => w (S l) * INR (S l)) ->
  (forall x, N * f0 x = sum K (fun l => w (S l) * F (S l) y x)) ->
  only_minimiser n (lattice_criterion (fun m p => w m * trapezoid m p) 0 n K y) f0.
Proof.
  intros Hn Py Pf HN EN Ef. apply (only_minimiser_criterion _ _ N); auto.
  - rewrite EN, Rplus_0_l. apply sum_ext. intros l _.
    rewrite (sum_ext _ _ (fun p => w (S l) * (trapezoid (S l) p * 1))) by (intros; ring).
    rewrite sum_scal, (sum_trapezoid (S l) (fun _ => 1)), sum_const by lia.
    simpl (S l - 1)%nat. rewrite Nat.sub_0_r, S_INR. field.
  - intros x. rewrite Ef, Rmult_0_l, Rplus_0_l. apply sum_ext. intros l _.
    rewrite (sum_ext _ _ (fun p => w (S l) * (trapezoid (S l) p *
      chord y (x - Z.of_nat p) (S l) p))) by (intros; ring).
    rewrite sum_scal, (sum_trapezoid (S l) (fun p => chord y (x - Z.of_nat p) (S l) p)) by lia.
    rewrite chords_between by lia. simpl Z.of_nat at 1. rewrite Z.sub_0_r.
    destruct (chord_ends y x (S l) ltac:(lia)) as [-> ->]. field.
Qed.

(* Definition II.1 without self pairs, the integral over lambda replaced by the trapezoid rule on
   the lattice points of each segment (each pair has the weight 1, a segment of length m has m
   steps): `density`. *)
Theorem density_minimiser n K y : (1 <= n)%nat -> (1 <= K)%nat -> periodic n y ->
  only_minimiser n (lattice_criterion (fun m p => / INR m * trapezoid m p) 0 n K y)
    (mix density K y).
Proof.
  intros Hn HK Py. pose proof (INR_pos K HK).
  apply (trapezoid_general (fun m => / INR m) (INR K)); auto.
  - apply filter_periodic; auto. apply filter_mix.
  - rewrite (sum_ext K _ (fun _ => 1)) by (intros; apply Rinv_l, not_0_INR; lia).
    rewrite sum_const. ring.
  - intros x. unfold mix. simpl. field. lra.
Qed.

(* The same with the segments weighted by their length, so that each step has the same weight:
   `length`. *)
Theorem length_minimiser n K y : (1 <= n)%nat -> (1 <= K)%nat -> periodic n y ->
  only_minimiser n (lattice_criterion (fun m p => 1 * trapezoid m p) 0 n K y) (mix length K y).
Proof.
  intros Hn HK Py. pose proof (INR_pos K HK).
  apply (trapezoid_general (fun _ => 1) (INR K * (INR K + 1) / 2)); auto.
  - apply filter_periodic; auto. apply filter_mix.
  - nra.
  - rewrite (sum_ext K _ (fun l => 0 + 1 * INR (S l))) by (intros; ring).
    rewrite sum_arithmetic. field.
  - intros x. unfold mix. simpl. field. lra.
Qed.

(* Sharp: the four are different: for y = 0, 1, 0, 1, ... and K = 2 they are 1/5, 2/11, 1/3 and 1/4
   at 0, so that none minimises the criterion of another. *)
Theorem readings_differ : let y := fun x => if Z.even x then 0 else 1 in
  f 2 y 0 = 1 / 5 /\ mix counting_self 2 y 0 = 2 / 11 /\
  mix length 2 y 0 = 1 / 3 /\ mix density 2 y 0 = 1 / 4.
Proof.
  intros y. rewrite f_is_counting. unfold mix, F, y. simpl. repeat split; field.
Qed.

(* Definition II.1 on the inputs 0, 1, ..., n - 1. *)

(* The pairs at a distance of 1 to K have the weight w(distance), the self pairs c. *)
Definition lattice_weights (K : nat) (w : nat -> R) (c : R) (i j : nat) : R :=
  let m := ((i - j) + (j - i))%nat in if (m =? 0)%nat then c else if (m <=? K)%nat then w m else 0.

Lemma sum_shorter m n h : (m <= n)%nat -> (forall i, (m <= i < n)%nat -> h i = 0) ->
  sum n h = sum m h.
Proof.
  intros Hm E. replace n with (m + (n - m))%nat by lia. rewrite sum_split.
  rewrite (sum_zero (n - m)); [ring|]. intros i Hi. apply E. lia.
Qed.

(* A triangle, summed along its diagonals. *)
Lemma sum_triangle K h : sum K (fun p => sum (K - p) (h p))
  = sum K (fun l => sum (S l) (fun p => h p (l - p)%nat)).
Proof.
  induction K as [|K IH]; auto. cbn [sum]. cbn [sum] in IH.
  rewrite <- Nat.add_1_r at 1. rewrite <- IH.
  rewrite (sum_ext K _ (fun p => sum (K - p) (h p) + h p (K - p)%nat)).
  - rewrite sum_plus, Nat.add_1_r, Nat.sub_diag. rewrite Nat.sub_succ_l, Nat.sub_diag by lia.
    cbn [sum]. ring.
  - intros p Hp. rewrite Nat.sub_succ_l by lia. reflexivity.
Qed.

(* All segments over the gap (k, k + 1), by their length, if the lattice is long enough. *)
Lemma sum_covering_lengths n K k h : (K <= S k)%nat -> (k + K < n)%nat ->
  (forall i j, (i <= k < j)%nat -> (K < j - i)%nat -> h i j = 0) ->
  sum_covering n k h
  = sum K (fun l => sum (S l) (fun p => h (k - p)%nat (k - p + S l)%nat)).
Proof.
  intros Hk Hn E. unfold sum_covering.
  rewrite (sum_shorter (S k) n) by
    (try lia; intros i Hi; apply sum_zero; intros j _; destruct (covering_spec k i j); auto; lia).
  rewrite sum_rev, (sum_shorter K (S k)); [|lia|].
  - rewrite (sum_ext K (fun l => sum (S l) _) (fun l => sum (S l) (fun p =>
      (fun p q => h (k - p)%nat (k - p + S (p + q))%nat) p (l - p)%nat)))
      by (intros l Hl; apply sum_ext; intros p Hp; f_equal; lia).
    rewrite <- (sum_triangle K (fun p q => h (k - p)%nat (k - p + S (p + q))%nat)).
    apply sum_ext. intros p Hp. replace (S k - 1 - p)%nat with (k - p)%nat by lia.
    replace n with (S k + (n - S k))%nat by lia. rewrite sum_split, (sum_zero (S k)), Rplus_0_l.
    + rewrite (sum_shorter (K - p)); [|lia|].
      * apply sum_ext. intros q Hq. destruct (covering_spec k (k - p) (S k + q)); [|lia].
        f_equal. lia.
      * intros q Hq. destruct (covering_spec k (k - p) (S k + q)); auto. apply E; lia.
    + intros j Hj. destruct (covering_spec k (k - p) j); auto; lia.
  - intros p Hp. apply sum_zero. intros j _. destruct (covering_spec k (S k - 1 - p) j); auto.
    apply E; lia.
Qed.

Lemma lattice_ordered n : ordered n INR.
Proof. intros i j H. apply lt_INR. lia. Qed.

Lemma lattice_beta K w c i m : (1 <= m <= K)%nat ->
  beta INR (lattice_weights K w c) i (i + m) = 2 * w m / INR m.
Proof.
  intros Hm. unfold beta, lattice_weights. rewrite plus_INR.
  replace (i - (i + m) + (i + m - i))%nat with m by lia.
  replace (i + m - i + (i - (i + m)))%nat with m by lia.
  rewrite (proj2 (Nat.eqb_neq m 0)), (proj2 (Nat.leb_le m K)) by lia.
  pose proof (INR_pos m ltac:(lia)). field. lra.
Qed.

Lemma lattice_beta_far K w c i j : (i < j)%nat -> (K < j - i)%nat ->
  beta INR (lattice_weights K w c) i j = 0.
Proof.
  intros Hi Hj. unfold beta, lattice_weights.
  rewrite !(proj2 (Nat.eqb_neq _ 0)), !(proj2 (Nat.leb_gt _ K)) by lia. unfold Rdiv. ring.
Qed.

(* The minimiser over a gap: the line between the values of the mixture of weights w m / m. *)
Lemma lattice_gap_mean n K w c y k t : (K <= S k)%nat -> (k + K < n)%nat ->
  let N := sum K (fun l => w (S l)) in
  let g x := sum K (fun l => w (S l) * / INR (S l) * F (S l) y x) / N in 0 < N ->
  gap_mean n INR (fun i => y (Z.of_nat i)) (lattice_weights K w c) k t
  = (INR (S k) - t) * g (Z.of_nat k) + (t - INR k) * g (Z.of_nat (S k)).
Proof.
  intros Hk Hn N g HN. unfold gap_mean, gap_weight.
  rewrite !(sum_covering_lengths n K k)
    by (auto; intros i j Hi Hj; rewrite lattice_beta_far by lia; ring).
  rewrite (sum_ext K _ (fun l => 2 * ((INR (S k) - t) *
      (w (S l) * / INR (S l) * F (S l) y (Z.of_nat k)) + (t - INR k) *
      (w (S l) * / INR (S l) * F (S l) y (Z.of_nat (S k)))))).
  - rewrite (sum_ext K (fun l => sum (S l) _) (fun l => 2 * w (S l))).
    + rewrite !sum_scal, sum_plus, !sum_scal. fold N. unfold g. field. lra.
    + intros l Hl. pose proof (INR_pos (S l) ltac:(lia)).
      rewrite (sum_ext _ _ (fun _ => 2 * w (S l) / INR (S l)))
        by (intros p Hp; rewrite lattice_beta by lia; reflexivity).
      rewrite sum_const. field. lra.
  - intros l Hl. pose proof (INR_pos (S l) ltac:(lia)).
    rewrite <- (chords_right y (Z.of_nat k)), <- (chords_left y (Z.of_nat (S k))) by lia.
    rewrite <- !sum_scal, <- sum_plus, <- sum_scal. apply sum_ext. intros p Hp.
    rewrite lattice_beta by lia. unfold segment, chord.
    replace (Z.of_nat (S k) - Z.of_nat (S p))%Z with (Z.of_nat (k - p)) by lia.
    replace (Z.of_nat k - Z.of_nat p)%Z with (Z.of_nat (k - p)) by lia.
    replace (Z.of_nat (k - p + S l)) with (Z.of_nat (k - p) + Z.of_nat (S l))%Z by lia.
    rewrite plus_INR, minus_INR, !(S_INR k), !(S_INR p) by lia. field. lra.
Qed.

Lemma lattice_minimiser n K w c y : (forall m, 0 <= w m) -> 0 <= c ->
  minimises n INR (fun i => y (Z.of_nat i)) (lattice_weights K w c)
    (f_star n INR (fun i => y (Z.of_nat i)) (lattice_weights K w c)).
Proof.
  intros Hw Hc. apply minimiser; [apply lattice_ordered|]. intros i j _ _. unfold lattice_weights.
  destruct Nat.eqb; [exact Hc|]. destruct Nat.leb; [apply Hw | lra].
Qed.

(* Definition II.1 with uniform lambda on a lattice of n inputs, neighbours up to K on each side:
   between neighbouring inputs at a distance of about K from both ends the minimiser is the line
   between the values of `density`, whatever the weight c of the self pairs (with c > 0, it is y at
   the inputs themselves). *)
Theorem density_is_definition_II1 n K c y : (1 <= K)%nat -> 0 <= c ->
  let outputs i := y (Z.of_nat i) in
  let W := lattice_weights K (fun _ => 1) c in
  minimises n INR outputs W (f_star n INR outputs W) /\
  forall k t, (K <= S k)%nat -> (k + K < n)%nat -> INR k < t < INR (S k) ->
    f_star n INR outputs W t = (INR (S k) - t) * mix density K y (Z.of_nat k)
      + (t - INR k) * mix density K y (Z.of_nat (S k)).
Proof.
  intros HK Hc outputs W. pose proof (INR_pos K HK).
  split; [apply lattice_minimiser; intros; lra|]. intros k t Hk Hn Ht.
  rewrite (f_star_on_gap n INR outputs W (lattice_ordered n) k t) by (lia || lra).
  unfold outputs, W. rewrite lattice_gap_mean by (auto; rewrite sum_const; lra).
  rewrite sum_const. unfold mix, density. cbn [constant norm weight].
  assert (E : forall x, sum K (fun l => 1 * / INR (S l) * F (S l) y x)
    = sum K (fun l => / INR (S l) * F (S l) y x)) by (intros; apply sum_ext; intros; ring).
  rewrite !E. field. lra.
Qed.

(* Sharp: not nearer to an end of the lattice. *)
Theorem density_is_definition_II1_sharp :
  let y := fun x => if Z.eqb x 1 then 1 else 0 in
  let W := lattice_weights 2 (fun _ => 1) 0 in
  f_star 4 INR (fun i => y (Z.of_nat i)) W (1 / 2) = 1 / 3 /\
  (INR 1 - 1 / 2) * mix density 2 y 0 + (1 / 2 - INR 0) * mix density 2 y 1 = 7 / 16.
Proof.
  intros y W. split.
  - rewrite (f_star_on_gap 4 INR _ W (lattice_ordered 4) 0) by (simpl; lia || lra).
    unfold gap_mean, gap_weight, sum_covering, beta, segment, W, lattice_weights, y. simpl. field.
  - unfold mix, F, y. simpl. field.
Qed.

(* The same with the weights |x_i - x_j|, for `length`: of Eq. (1)'s averages, see LemmaIII1.v. *)
Theorem length_is_weighted_definition_II1 n K c y : (1 <= K)%nat -> 0 <= c ->
  let outputs i := y (Z.of_nat i) in
  let W := lattice_weights K INR c in
  minimises n INR outputs W (f_star n INR outputs W) /\
  forall k t, (K <= S k)%nat -> (k + K < n)%nat -> INR k < t < INR (S k) ->
    f_star n INR outputs W t = (INR (S k) - t) * mix length K y (Z.of_nat k)
      + (t - INR k) * mix length K y (Z.of_nat (S k)).
Proof.
  intros HK Hc outputs W. pose proof (INR_pos K HK).
  assert (EN : sum K (fun l => INR (S l)) = INR K * (INR K + 1) / 2).
  { rewrite (sum_ext K _ (fun l => 0 + 1 * INR (S l))) by (intros; ring).
    rewrite sum_arithmetic. field. }
  split; [apply lattice_minimiser; auto; apply pos_INR|]. intros k t Hk Hn Ht.
  rewrite (f_star_on_gap n INR outputs W (lattice_ordered n) k t) by (lia || lra).
  unfold outputs, W. rewrite lattice_gap_mean by (auto; rewrite EN; nra).
  rewrite EN. unfold mix, length. cbn [constant norm weight].
  assert (E : forall x, sum K (fun l => INR (S l) * / INR (S l) * F (S l) y x)
    = sum K (fun l => 1 * F (S l) y x)).
  { intros. apply sum_ext. intros. field. apply not_0_INR. lia. }
  rewrite !E. field. lra.
Qed.

(* A function that is a line on both sides of k has the line's limits there. *)
Lemma limits_of_lines (h : R -> R) k a v b :
  (forall t, INR k < t < INR (S (S k)) -> t <> INR (S k) -> h t =
    if Rlt_dec t (INR (S k)) then (INR (S k) - t) * a + (t - INR k) * v
    else (INR (S (S k)) - t) * v + (t - INR (S k)) * b) ->
  filterlim h (at_left (INR (S k))) (locally v) /\ filterlim h (at_right (INR (S k))) (locally v).
Proof.
  rewrite !S_INR. set (x := INR k). intros E.
  assert (L : forall c d e g, (c - (x + 1)) * d + (x + 1 - e) * g = v ->
    filterlim (fun t => (c - t) * d + (t - e) * g) (locally (x + 1)) (locally v)).
  { intros c d e g <-. apply (continuity_pt_filterlim (fun t => (c - t) * d + (t - e) * g)). reg. }
  split.
  - apply (filterlim_ext_loc (fun t => (x + 1 - t) * a + (t - x) * v)).
    + exists (mkposreal 1 Rlt_0_1). intros t Ht Hlt.
      change (Rabs (t + - (x + 1)) < 1) in Ht. apply Rabs_def2 in Ht. rewrite E by lra.
      destruct Rlt_dec; [reflexivity | lra].
    + intros P HP. apply filter_le_within. revert P HP. apply L. ring.
  - apply (filterlim_ext_loc (fun t => (x + 1 + 1 - t) * v + (t - (x + 1)) * b)).
    + exists (mkposreal 1 Rlt_0_1). intros t Ht Hlt.
      change (Rabs (t + - (x + 1)) < 1) in Ht. apply Rabs_def2 in Ht. rewrite E by lra.
      destruct Rlt_dec; [lra | reflexivity].
    + intros P HP. apply filter_le_within. revert P HP. apply L. ring.
Qed.

(* The minimiser's limits from both sides at an input K or more away from both ends are f_K in the
   reading `density`. *)
Corollary density_one_sided n K c y k : (1 <= K <= k)%nat -> (k + K < n)%nat -> 0 <= c ->
  let f_K := f_star n INR (fun i => y (Z.of_nat i)) (lattice_weights K (fun _ => 1) c) in
  filterlim f_K (at_left (INR k)) (locally (mix density K y (Z.of_nat k))) /\
  filterlim f_K (at_right (INR k)) (locally (mix density K y (Z.of_nat k))).
Proof.
  intros HK Hn Hc f_K. destruct k as [|k]; [lia|].
  apply limits_of_lines with (mix density K y (Z.of_nat k)) (mix density K y (Z.of_nat (S (S k)))).
  destruct (density_is_definition_II1 n K c y ltac:(lia) Hc) as [_ E].
  intros t Ht Hne. destruct Rlt_dec; apply E; lia || lra.
Qed.

(* The same for the weights |x_i - x_j| and the reading `length`. *)
Corollary length_one_sided n K c y k : (1 <= K <= k)%nat -> (k + K < n)%nat -> 0 <= c ->
  let f_K := f_star n INR (fun i => y (Z.of_nat i)) (lattice_weights K INR c) in
  filterlim f_K (at_left (INR k)) (locally (mix length K y (Z.of_nat k))) /\
  filterlim f_K (at_right (INR k)) (locally (mix length K y (Z.of_nat k))).
Proof.
  intros HK Hn Hc f_K. destruct k as [|k]; [lia|].
  apply limits_of_lines with (mix length K y (Z.of_nat k)) (mix length K y (Z.of_nat (S (S k)))).
  destruct (length_is_weighted_definition_II1 n K c y ltac:(lia) Hc) as [_ E].
  intros t Ht Hne. destruct Rlt_dec; apply E; lia || lra.
Qed.
