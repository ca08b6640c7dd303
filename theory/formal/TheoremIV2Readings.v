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

(* Theorem IV.2, `length`: K V_K is between 179/180 and 28/27. *)
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

(* Sharp: with equality in the lower bound at K = 4, and K V_K tends to 28/27. *)
Theorem V_bounds_length_sharp : V length 4 = 179 / 180 / INR 4 /\
  forall K, (1 <= K)%nat -> 28 / 27 / INR K - 14 / 27 / INR K ^ 2 <= V length K.
Proof.
  split; [rewrite V_closed_length by lia; unfold H; simpl; field|].
  intros K HK. pose proof (INR_ge_1 K HK) as HX. pose proof (H_bounds K HK) as Hh.
  rewrite (scale_le _ _ _ (length_scale_pos K HK)), V_length_scaled by lia.
  replace (27 * INR K ^ 2 * (INR K + 1) ^ 2 * (28 / 27 / INR K - 14 / 27 / INR K ^ 2))
    with ((28 * INR K - 14) * (INR K + 1) ^ 2) by (field; lra).
  lra.
Qed.

(* `length`: V_K strictly decreases. *)
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

(* Theorem IV.2, `counting_self`: 1/K is a lower bound, and K V_K is largest at K = 5. *)
Theorem V_bounds_counting_self K : (1 <= K)%nat ->
  1 / INR K <= V counting_self K <= 23408 / 15129 / INR K.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. pose proof (H_bounds K HK) as Hh.
  assert (Hpow : forall n, 0 < INR K ^ n) by (intros; apply pow_lt; lra).
  pose proof (Hpow 3%nat) as H3. pose proof (Hpow 2%nat) as H2.
  pose proof (counting_self_scale_pos K HK) as Hd.
  split; rewrite (scale_le _ _ _ Hd), V_counting_self_scaled, (scale_le (INR K)) by (lia || lra);
    [replace (_ * (_ * (1 / INR K))) with (27 * (INR K ^ 2 + 3 * INR K + 1) ^ 2) by (field; lra)
    |replace (_ * (_ * (_ / INR K))) with (210672 / 5043 * (INR K ^ 2 + 3 * INR K + 1) ^ 2)
       by (field; lra)].
  - assert (P1 : 0 <= (INR K - 1) * INR K ^ 3) by (apply Rmult_le_pos; lra).
    assert (P2 : 0 <= (INR K - 1) * INR K ^ 2) by (apply Rmult_le_pos; lra).
    assert (P3 : 0 <= (INR K - 1) * INR K) by (apply Rmult_le_pos; lra).
    assert (P4 : 0 <= INR K * (INR K - H K)) by (apply Rmult_le_pos; lra). lra.
  - destruct (Nat.le_gt_cases 7 K) as [H7|H7].
    + apply (le_INR 7) in H7. simpl in H7.
      assert (P5 : 0 <= (INR K - 7) * (INR K - 7 / 5) * INR K ^ 2)
        by (apply Rmult_le_pos; [apply Rmult_le_pos|]; lra).
      assert (P6 : 0 <= (INR K - 7) * INR K ^ 3) by (apply Rmult_le_pos; lra).
      assert (P7 : 0 <= INR K * (H K - 1)) by (apply Rmult_le_pos; lra). lra.
    + clear HX Hh Hpow H3 H2 Hd. do 7 (destruct K as [|K]; [try lia; unfold H; simpl; lra|]). lia.
Qed.

(* Sharp: with equality at K = 1 and at K = 5. *)
Theorem V_bounds_counting_self_sharp :
  V counting_self 1 = 1 / INR 1 /\ V counting_self 5 = 23408 / 15129 / INR 5.
Proof. split; rewrite V_closed_counting_self by lia; unfold H; simpl; field. Qed.

(* `counting_self`: V_K strictly decreases. *)
Theorem V_decreasing_counting_self K : (1 <= K)%nat -> V counting_self (S K) < V counting_self K.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. pose proof (H_bounds K HK) as Hh.
  rewrite !V_closed_counting_self by lia.
  change (H (S K)) with (H K + / INR (S K)). rewrite S_INR.
  set (X := INR K) in *. set (h := H K) in *. apply Rminus_gt_0_lt.
  assert (Hpow : forall n, 0 < X ^ n) by (intros; apply pow_lt; lra).
  generalize (Hpow 6%nat) (Hpow 5%nat) (Hpow 4%nat) (Hpow 3%nat) (Hpow 2%nat).
  intros H6 H5 H4 H3 H2.
  replace (_ - _) with (4 * (X * (7 * X ^ 6 + 211 * X ^ 5 + 1336 * X ^ 4 + 3490 * X ^ 3
        + 4429 * X ^ 2 + 2716 * X + 636)
      + (X - h) * (36 * X ^ 4 + 252 * X ^ 3 + 612 * X ^ 2 + 612 * X + 216))
    / (27 * (X + 1) * (X ^ 2 + 3 * X + 1) ^ 2 * (X ^ 2 + 5 * X + 5) ^ 2))
    by (field; repeat split; nra).
  apply Rdiv_lt_0_compat.
  - apply Rmult_lt_0_compat, Rplus_lt_le_0_compat; [lra| |].
    + apply Rmult_lt_0_compat; lra.
    + apply Rmult_le_pos; lra.
  - repeat apply Rmult_lt_0_compat; try apply pow_lt; lra.
Qed.

(* Definition II.1 with uniform lambda, without self pairs. *)

(* K^2 V_K by adding one length of segments after the other. *)
Definition W (K : nat) : R := INR K ^ 2 * V density K.

Lemma W_1 : W 1 = 1.
Proof. unfold W. rewrite V_energy. unfold energy, G. simpl. field. Qed.

Lemma W_step K : (1 <= K)%nat -> W (S K) = W K + 5 * INR K / (3 * (INR K + 1))
  + 2 * H K / (3 * (INR K + 1) ^ 2) + (2 * (INR K + 1) ^ 2 + 1) / (3 * (INR K + 1) ^ 3).
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX.
  assert (EV : forall n, (1 <= n)%nat -> W n = energy 0 (fun m => / INR m) n).
  { intros n Hn. pose proof (INR_ge_1 n Hn). unfold W. rewrite V_energy. simpl constant.
    simpl norm. change (weight density) with (fun m => / INR m). field. lra. }
  rewrite !EV by lia. unfold energy. cbn [sum].
  assert (EG : forall n, sum n (fun i => / INR (S i) * G (S i) (S K))
    = INR n - (INR n * (INR n + 1) / 2 - H n) / (3 * (INR K + 1))).
  { induction n as [|n IH]; [unfold H; simpl; field; lra|].
    pose proof (INR_ge_1 (S n) ltac:(lia)) as Hn. change (H (S n)) with (H n + / INR (S n)).
    cbn [sum]. rewrite IH. unfold G. rewrite !S_INR in *. field. lra. }
  rewrite EG. unfold G. rewrite !S_INR. field. lra.
Qed.

(* Theorem IV.2, `density`: V_K by a single sum. *)
Theorem V_closed_density K : (1 <= K)%nat -> V density K =
  (5 / 3 * INR K - H K
   + / 3 * sum K (fun i => let m := S i in 2 * H m / INR m ^ 2 - / INR m ^ 3)) / INR K ^ 2.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX.
  replace (V density K) with (W K / INR K ^ 2) by (unfold W; field; lra). f_equal.
  clear HX. induction HK as [|K HK IH]; [rewrite W_1; unfold H; simpl; field|].
  pose proof (INR_ge_1 K HK) as HX. rewrite W_step, IH by lia. cbn [sum].
  change (H (S K)) with (H K + / INR (S K)). rewrite S_INR. field. lra.
Qed.

Lemma W_increment K : (1 <= K)%nat -> 1 < W (S K) - W K < 5 / 3.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. pose proof (H_bounds K HK) as Hh.
  rewrite W_step by lia. set (X := INR K) in *. set (h := H K) in *.
  assert (HN : 0 < 3 * (X + 1) ^ 3) by (apply Rmult_lt_0_compat; [lra|apply pow_lt; lra]).
  assert (P1 : 0 <= (h - 1) * (X + 1)) by (apply Rmult_le_pos; lra).
  assert (P2 : 0 <= (X - h) * (X + 1)) by (apply Rmult_le_pos; lra).
  assert (P3 : 0 <= (X - 1) * (X + 1) ^ 2) by (apply Rmult_le_pos; [|apply pow_le]; lra).
  split; rewrite (scale_lt _ _ _ HN); field_simplify; nra.
Qed.

Lemma W_increasing K L : (1 <= K <= L)%nat -> W K <= W L.
Proof.
  intros [HK HL]. induction HL as [|L HL IH]; [lra|].
  pose proof (W_increment L ltac:(lia)). lra.
Qed.

Lemma W_bounds K : (1 <= K)%nat -> INR K <= W K < 5 / 3 * INR K.
Proof.
  intros HK. induction HK as [|K HK IH]; [rewrite W_1; simpl; lra|].
  pose proof (W_increment K HK). rewrite S_INR. lra.
Qed.

(* Theorem IV.2, lower bound, `density`: exactly from K = 11 on. *)
Theorem V_lower_density K : (1 <= K)%nat -> (16 / INR K ^ 2 <= V density K <-> (11 <= K)%nat).
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX.
  rewrite (scale_le (INR K ^ 2)) by (apply pow_lt; lra). fold (W K).
  replace (INR K ^ 2 * (16 / INR K ^ 2)) with 16 by (field; lra).
  assert (E10 : W 10 < 16).
  { unfold W. rewrite V_closed_density by lia. unfold H. simpl. lra. }
  assert (E11 : 16 <= W 11).
  { unfold W. rewrite V_closed_density by lia. unfold H. simpl. lra. }
  split; intros HE.
  - apply Nat.nlt_ge. intros C. pose proof (W_increasing K 10 ltac:(lia)). lra.
  - pose proof (W_increasing 11 K ltac:(lia)). lra.
Qed.

(* Sharp: neither from K = 10 nor from K = 12 on. *)
Theorem V_lower_density_sharp :
  ~ (forall K, (1 <= K)%nat -> (16 / INR K ^ 2 <= V density K <-> (10 <= K)%nat)) /\
  ~ (forall K, (1 <= K)%nat -> (16 / INR K ^ 2 <= V density K <-> (12 <= K)%nat)).
Proof.
  split; intros C.
  - assert (11 <= 10)%nat; [apply V_lower_density, C|]; lia.
  - assert (12 <= 11)%nat; [apply C, V_lower_density|]; lia.
Qed.

(* Theorem IV.2, `density`: 1/K is a lower bound and V_K stays below 5/(3K). *)
Theorem V_bounds_density K : (1 <= K)%nat ->
  1 / INR K <= V density K < 5 / 3 / INR K.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. pose proof (W_bounds K HK) as HE.
  replace (V density K) with (W K / INR K / INR K) by (unfold W; field; lra).
  assert (Hi : 0 < / INR K) by (apply Rinv_0_lt_compat; lra).
  unfold Rdiv at 1 3 5. split; [apply Rmult_le_compat_r | apply Rmult_lt_compat_r]; try lra.
  - apply (scale_le (INR K)); [lra|]. unfold Rdiv. rewrite <- (Rmult_comm (/ _)), <- Rmult_assoc.
    rewrite Rinv_r by lra. lra.
  - apply (scale_lt (INR K)); [lra|]. unfold Rdiv at 1. rewrite <- (Rmult_comm (/ _)).
    rewrite <- Rmult_assoc, Rinv_r by lra. lra.
Qed.

(* Sharp: with equality in the lower bound at K = 1, and K V_K tends to 5/3. *)
Theorem V_bounds_density_sharp : V density 1 = 1 / INR 1 /\
  forall K, (1 <= K)%nat -> 5 / 3 / INR K - H K / INR K ^ 2 <= V density K.
Proof.
  split; [rewrite V_closed_density by lia; unfold H; simpl; field|].
  intros K HK. pose proof (INR_ge_1 K HK) as HX. rewrite V_closed_density by lia.
  replace (5 / 3 / INR K - H K / INR K ^ 2) with ((5 / 3 * INR K - H K) / INR K ^ 2)
    by (field; lra).
  apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat, pow_lt; lra|].
  enough (0 <= sum K (fun i => let m := S i in 2 * H m / INR m ^ 2 - / INR m ^ 3)) by lra.
  apply sum_nonneg. intros i _. cbv zeta. pose proof (INR_ge_1 (S i) ltac:(lia)) as Hi.
  pose proof (H_bounds (S i) ltac:(lia)) as Hh.
  replace (2 * H (S i) / INR (S i) ^ 2 - / INR (S i) ^ 3)
    with ((2 * H (S i) * INR (S i) - 1) * / INR (S i) ^ 3) by (field; lra).
  apply Rmult_le_pos; [nra|]. left. apply Rinv_0_lt_compat, pow_lt. lra.
Qed.

(* `density`: V_K strictly decreases. *)
Theorem V_decreasing_density K : (1 <= K)%nat -> V density (S K) < V density K.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. pose proof (W_bounds K HK) as HE.
  pose proof (W_increment K HK) as HI.
  replace (V density K) with (W K / INR K ^ 2) by (unfold W; field; lra).
  replace (V density (S K)) with (W (S K) / INR (S K) ^ 2)
    by (unfold W; rewrite S_INR; field; lra).
  rewrite S_INR. apply frac_lt; [apply pow_lt; lra..|].
  assert (P1 : INR K ^ 2 * (W (S K) - W K) <= INR K ^ 2 * (5 / 3))
    by (apply Rmult_le_compat_l; [apply pow_le|]; lra).
  assert (P2 : INR K * (2 * INR K + 1) <= W K * (2 * INR K + 1))
    by (apply Rmult_le_compat_r; lra).
  assert (P3 : 0 < INR K ^ 2) by (apply pow_lt; lra). lra.
Qed.

(* All readings that are mixtures. *)

(* Theorem IV.2, upper bound, for the four readings; it holds for every K. *)
Theorem V_upper_reading M K : reading M -> (1 <= K)%nat -> V M K <= 8 / INR K.
Proof.
  intros HM HK. assert (Hi : 0 < / INR K) by (apply Rinv_0_lt_compat, lt_0_INR; lia).
  pose proof (V_upper K HK). pose proof (V_bounds_length K HK).
  pose proof (V_bounds_counting_self K HK). pose proof (V_bounds_density K HK).
  unfold Rdiv in *. destruct HM as [-> | [-> | [-> | ->]]]; lra.
Qed.

(* V_K strictly decreases in the four readings. *)
Theorem V_decreasing_reading M K : reading M -> (1 <= K)%nat -> V M (S K) < V M K.
Proof.
  intros [-> | [-> | [-> | ->]]] HK; auto using V_decreasing, V_decreasing_counting_self,
    V_decreasing_length, V_decreasing_density.
Qed.

(* Theorem IV.2, Eq. (8), in the four readings: from K = 16 on. *)
Theorem theorem_IV2_reading M Omega L2 cov sigma (Y : Z -> Omega -> R) K x :
  reading M -> uncorrelated L2 cov sigma Y -> (16 <= K)%nat ->
  let fK := fun omega => mix M K (fun i => Y i omega) x in
  4 ^ 2 * sigma ^ 2 / INR K ^ 2 <= cov fK fK <= 8 * sigma ^ 2 / INR K.
Proof.
  intros HM HY HK fK. unfold fK. rewrite (iid_variance_mixture M _ _ _ _ _ K x HY).
  pose proof (pow2_ge_0 sigma) as Hs. pose proof (V_upper_reading M K HM ltac:(lia)) as Hu.
  assert (Hl : 16 / INR K ^ 2 <= V M K).
  { destruct HM as [-> | [-> | [-> | ->]]]; [apply V_lower | apply V_lower_counting_self
      | apply V_lower_length | apply V_lower_density]; lia. }
  split.
  - replace (4 ^ 2 * sigma ^ 2 / INR K ^ 2) with (sigma ^ 2 * (16 / INR K ^ 2))
      by (unfold Rdiv; ring).
    apply Rmult_le_compat_l; lra.
  - replace (8 * sigma ^ 2 / INR K) with (sigma ^ 2 * (8 / INR K)) by (unfold Rdiv; ring).
    apply Rmult_le_compat_l; lra.
Qed.
