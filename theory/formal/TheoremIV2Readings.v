(* Theorem IV.2 for the other readings of the criterion that are mixtures: `length`,
   `counting_self` and `density`.  The paper states it for Eq. (3), the reading `counting`. *)

From Coq Require Import Reals ZArith Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer Equation3 TheoremIV2.
Open Scope R_scope.

Lemma scale_lt d a b : 0 < d -> (a < b <-> d * a < d * b).
Proof.
  intros Hd. split; [apply Rmult_lt_compat_l | apply Rmult_lt_reg_l]; auto.
Qed.

Lemma scale_le d a b : 0 < d -> (a <= b <-> d * a <= d * b).
Proof.
  intros Hd. split; [apply Rmult_le_compat_l | apply Rmult_le_reg_l]; lra.
Qed.

Lemma INR_ge_1 K : (1 <= K)%nat -> 1 <= INR K.
Proof. apply (le_INR 1). Qed.

(* Segments weighted by their length. *)

(* Theorem IV.2, `length`: V_K in closed form. *)
Theorem V_closed_length K : (1 <= K)%nat -> V length K =
  2 * (14 * INR K ^ 3 + 21 * INR K ^ 2 + 37 * INR K - 18 * H K)
  / (27 * INR K ^ 2 * (INR K + 1) ^ 2).
Proof.
  intros HK. pose proof (INR_ge_1 K HK).
  rewrite V_energy. simpl constant. simpl norm. change (weight length) with (fun _ : nat => 1).
  rewrite energy_1. field. lra.
Qed.

Lemma V_length_scaled K : (1 <= K)%nat -> 27 * INR K ^ 2 * (INR K + 1) ^ 2 * V length K =
  28 * INR K ^ 3 + 42 * INR K ^ 2 + 74 * INR K - 36 * H K.
Proof. intros HK. pose proof (INR_ge_1 K HK). rewrite V_closed_length by lia. field. lra. Qed.

Lemma length_scale_pos K : (1 <= K)%nat -> 0 < 27 * INR K ^ 2 * (INR K + 1) ^ 2.
Proof.
  intros HK. pose proof (INR_ge_1 K HK). repeat apply Rmult_lt_0_compat; try apply pow_lt; lra.
Qed.

(* Theorem IV.2, lower bound, `length`: exactly from K = 16 on. *)
Theorem V_lower_length K : (1 <= K)%nat -> (16 / INR K ^ 2 <= V length K <-> (16 <= K)%nat).
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. pose proof (H_bounds K HK) as Hh.
  rewrite (scale_le _ _ _ (length_scale_pos K HK)), V_length_scaled by lia.
  replace (27 * INR K ^ 2 * (INR K + 1) ^ 2 * (16 / INR K ^ 2)) with (432 * (INR K + 1) ^ 2)
    by (field; lra).
  split; intros E.
  - apply Nat.nlt_ge. intros C. assert (H15 : INR K <= INR 15) by (apply le_INR; lia).
    simpl in H15.
    assert (0 <= INR K * (15 - INR K) * (28 * INR K + 30)) by (repeat apply Rmult_le_pos; lra).
    nra.
  - apply (le_INR 16) in E. simpl in E.
    assert (0 <= INR K * (INR K - 16) * (28 * INR K + 58)) by (repeat apply Rmult_le_pos; lra).
    nra.
Qed.

(* Sharp: neither from K = 15 nor from K = 17 on. *)
Theorem V_lower_length_sharp :
  ~ (forall K, (1 <= K)%nat -> (16 / INR K ^ 2 <= V length K <-> (15 <= K)%nat)) /\
  ~ (forall K, (1 <= K)%nat -> (16 / INR K ^ 2 <= V length K <-> (17 <= K)%nat)).
Proof.
  split; intros C.
  - assert (16 <= 15)%nat; [apply V_lower_length, C|]; lia.
  - assert (17 <= 16)%nat; [apply C, V_lower_length|]; lia.
Qed.

(* Theorem IV.2, `length`: K V_K is least at K = 4, below 28/27, and V_K strictly decreases. *)
Theorem V_bounds_length K : (1 <= K)%nat ->
  179 / 180 / INR K <= V length K < 28 / 27 / INR K.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. pose proof (H_bounds K HK) as Hh.
  rewrite (scale_le _ _ _ (length_scale_pos K HK)), (scale_lt _ _ _ (length_scale_pos K HK)).
  rewrite V_length_scaled by lia.
  replace (27 * INR K ^ 2 * (INR K + 1) ^ 2 * (179 / 180 / INR K))
    with (537 / 20 * INR K * (INR K + 1) ^ 2) by (field; lra).
  replace (27 * INR K ^ 2 * (INR K + 1) ^ 2 * (28 / 27 / INR K))
    with (28 * INR K * (INR K + 1) ^ 2) by (field; lra).
  split.
  - destruct (Nat.le_gt_cases 10 K) as [H10|H10].
    + apply (le_INR 10) in H10. simpl in H10.
      assert (0 <= INR K * (INR K - 10) * (23 / 20 * INR K - 1 / 5))
        by (repeat apply Rmult_le_pos; lra).
      nra.
    + clear HX Hh. do 10 (destruct K as [|K]; [try lia; unfold H; simpl; lra|]). lia.
  - destruct (Nat.le_gt_cases 3 K) as [H3|H3].
    + apply (le_INR 3) in H3. simpl in H3. nra.
    + clear HX Hh. do 3 (destruct K as [|K]; [try lia; unfold H; simpl; lra|]). lia.
Qed.

(* Sharp: with equality in the lower bound at K = 4. *)
Theorem V_bounds_length_sharp : V length 4 = 179 / 180 / INR 4.
Proof. rewrite V_closed_length by lia. unfold H. simpl. field. Qed.

Theorem V_decreasing_length K : (1 <= K)%nat -> V length (S K) < V length K.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. pose proof (H_bounds K HK) as Hh.
  rewrite !V_closed_length by lia.
  change (H (S K)) with (H K + / INR (S K)). rewrite S_INR.
  set (X := INR K) in *. set (h := H K) in *. apply Rminus_gt_0_lt.
  assert (Hpow : forall n, 0 < X ^ n) by (intros; apply pow_lt; lra).
  replace (_ - _) with (4 * (X * (7 * X ^ 4 + 35 * X ^ 3 + 72 * X ^ 2 + 91 * X + 38)
      + (X - h) * (36 * (X + 1) ^ 2))
    / (27 * X ^ 2 * (X + 1) ^ 3 * (X + 2) ^ 2))
    by (field; lra).
  apply Rdiv_lt_0_compat.
  - apply Rmult_lt_0_compat, Rplus_lt_le_0_compat; [lra| |].
    + generalize (Hpow 4%nat) (Hpow 3%nat) (Hpow 2%nat). intros. apply Rmult_lt_0_compat; lra.
    + apply Rmult_le_pos; [lra|]. generalize (pow2_ge_0 (X + 1)). lra.
  - repeat apply Rmult_lt_0_compat; try apply pow_lt; lra.
Qed.

(* Each lattice point of each segment counts 1, with ordered pairs and self pairs. *)

(* Theorem IV.2, `counting_self`: V_K in closed form. *)
Theorem V_closed_counting_self K : (1 <= K)%nat -> V counting_self K =
  (28 * INR K ^ 3 + 366 * INR K ^ 2 + 290 * INR K + 27 - 36 * H K)
  / (27 * (INR K ^ 2 + 3 * INR K + 1) ^ 2).
Proof.
  intros HK. pose proof (INR_ge_1 K HK). rewrite V_energy. simpl constant. simpl norm.
  change (weight counting_self) with (fun _ : nat => 2).
  assert (E : forall c, energy c (fun _ => 2) K = 4 * energy (c / 2) (fun _ => 1) K).
  { intros c. unfold energy. rewrite Rmult_plus_distr_l, <- sum_scal.
    f_equal; [field|]. apply sum_ext. intros. rewrite !sum_scal. field. }
  rewrite E, energy_1. field. nra.
Qed.

Lemma counting_self_scale_pos K : (1 <= K)%nat -> 0 < 27 * (INR K ^ 2 + 3 * INR K + 1) ^ 2.
Proof.
  intros HK. pose proof (INR_ge_1 K HK). apply Rmult_lt_0_compat; [lra|]. apply pow_lt. nra.
Qed.

Lemma V_counting_self_scaled K : (1 <= K)%nat ->
  27 * (INR K ^ 2 + 3 * INR K + 1) ^ 2 * V counting_self K =
  28 * INR K ^ 3 + 366 * INR K ^ 2 + 290 * INR K + 27 - 36 * H K.
Proof.
  intros HK. pose proof (INR_ge_1 K HK). rewrite V_closed_counting_self by lia. field. nra.
Qed.

(* Theorem IV.2, lower bound, `counting_self`: exactly from K = 12 on. *)
Theorem V_lower_counting_self K : (1 <= K)%nat ->
  (16 / INR K ^ 2 <= V counting_self K <-> (12 <= K)%nat).
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. pose proof (H_bounds K HK) as Hh.
  rewrite (scale_le _ _ _ (counting_self_scale_pos K HK)), V_counting_self_scaled by lia.
  rewrite (scale_le (INR K ^ 2)) by (apply pow_lt; lra).
  replace (INR K ^ 2 * (27 * (INR K ^ 2 + 3 * INR K + 1) ^ 2 * (16 / INR K ^ 2)))
    with (432 * (INR K ^ 2 + 3 * INR K + 1) ^ 2) by (field; lra).
  set (X := INR K) in *. set (h := H K) in *.
  assert (Hpow : forall n, 0 < X ^ n) by (intros; apply pow_lt; lra).
  generalize (Hpow 4%nat) (Hpow 3%nat) (Hpow 2%nat). intros H4 H3 H2.
  split; intros E.
  - apply Nat.nlt_ge. intros C. assert (H11 : X <= INR 11) by (apply le_INR; lia). simpl in H11.
    assert (0 <= X ^ 3 * ((11 - X) * (28 * X + 242)))
      by (apply Rmult_le_pos; [lra|apply Rmult_le_pos; lra]).
    assert (0 <= X ^ 2 * (h - 1)) by (apply Rmult_le_pos; lra).
    assert (X ^ 2 * X <= X ^ 2 * 11) by (apply Rmult_le_compat_l; lra).
    nra.
  - apply (le_INR 12) in E. simpl in E. fold X in E.
    assert (0 <= X ^ 3 * ((X - 12) * (28 * X + 270)))
      by (apply Rmult_le_pos; [lra|apply Rmult_le_pos; lra]).
    assert (0 <= X ^ 2 * (X - h)) by (apply Rmult_le_pos; lra).
    assert (X ^ 2 * 12 <= X ^ 2 * X) by (apply Rmult_le_compat_l; lra).
    nra.
Qed.

(* Sharp: neither from K = 11 nor from K = 13 on. *)
Theorem V_lower_counting_self_sharp :
  ~ (forall K, (1 <= K)%nat -> (16 / INR K ^ 2 <= V counting_self K <-> (11 <= K)%nat)) /\
  ~ (forall K, (1 <= K)%nat -> (16 / INR K ^ 2 <= V counting_self K <-> (13 <= K)%nat)).
Proof.
  split; intros C.
  - assert (12 <= 11)%nat; [apply V_lower_counting_self, C|]; lia.
  - assert (13 <= 12)%nat; [apply C, V_lower_counting_self|]; lia.
Qed.
