(* Means of adjacent blocks: why the Fejér operators, and with them the readings of f_K, decrease.
   A positive definite sequence r on Z is one of inner products <v_i, v_j> = r(i-j) of some vectors
   v_i; then m F_m r(0) is the squared length of a sum of m consecutive vectors. *)

From Coq Require Import Reals ZArith FunctionalExtensionality Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer Equation3.
Open Scope R_scope.

Lemma F_1 y x : F 1 y x = y x.
Proof.
  unfold F. cbn [sum INR]. rewrite Rinv_1, !Rplus_0_l, Rmult_1_l. f_equal. lia.
Qed.

(* Every reading starts from the data: f_1 = y. *)
Lemma mix_1 M y x : reading M -> mix M 1 y x = y x.
Proof.
  intros HM. unfold mix. cbn [sum]. rewrite F_1.
  destruct HM as [->|[->|[->| ->]]]; simpl; field.
Qed.

Section PositiveDefinite.

Variable r : Z -> R.

Definition positive_definite : Prop := forall n (a : nat -> R),
  0 <= sum n (fun i => sum n (fun j => a i * a j * r (Z.of_nat i - Z.of_nat j)%Z)).

(* The squared length of the sum of m consecutive vectors. *)
Let W m := INR m * F m r 0.

Let R_ o o' m M :=
  sum m (fun i => sum M (fun j => r (Z.of_nat (o + i) - Z.of_nat (o' + j))%Z)).

Lemma W_R o m : W m = R_ o o m m.
Proof.
  unfold W, F, R_. destruct m as [|m]; [simpl; lra|].
  rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by (apply not_0_INR; lia).
  apply sum_ext; intros i _. apply sum_ext; intros j _. f_equal. lia.
Qed.

Lemma R_split_l o o' m m' M : R_ o o' (m + m') M = R_ o o' m M + R_ (o + m) o' m' M.
Proof.
  unfold R_. rewrite sum_split. f_equal.
  apply sum_ext; intros i _. apply sum_ext; intros j _. do 2 f_equal. lia.
Qed.

Lemma R_split_r o o' m M M' : R_ o o' m (M + M') = R_ o o' m M + R_ o (o' + M) m M'.
Proof.
  unfold R_. rewrite <- sum_plus. apply sum_ext; intros i _.
  rewrite sum_split. f_equal. apply sum_ext; intros j _. do 2 f_equal. lia.
Qed.

(* The vector that is a on the first p, b on the next q and c on the next s indices. *)
Let steps p q (a b c : R) i := if (i <? p)%nat then a else if (i <? p + q)%nat then b else c.

Lemma sum_steps p q s a b c h : sum (p + q + s) (fun i => steps p q a b c i * h i)
  = a * sum p h + b * sum q (fun i => h (p + i)%nat) + c * sum s (fun i => h (p + q + i)%nat).
Proof.
  rewrite !sum_split, <- !sum_scal. unfold steps. f_equal; [f_equal|]; apply sum_ext; intros i Hi.
  - destruct (Nat.ltb_spec i p); [reflexivity | lia].
  - destruct (Nat.ltb_spec (p + i) p); [lia|].
    destruct (Nat.ltb_spec (p + i) (p + q)); [reflexivity | lia].
  - destruct (Nat.ltb_spec (p + q + i) p); [lia|].
    destruct (Nat.ltb_spec (p + q + i) (p + q)); [lia | reflexivity].
Qed.

(* The squared length of a vector with three steps, by lengths of sums of adjacent blocks. *)
Lemma three_blocks p q s a b c : positive_definite ->
  0 <= a ^ 2 * W p + b ^ 2 * W q + c ^ 2 * W s
       + a * b * (W (p + q) - W p - W q) + b * c * (W (q + s) - W q - W s)
       + a * c * (W (p + q + s) - W (p + q) - W (q + s) + W q).
Proof.
  intros Hr. specialize (Hr (p + q + s)%nat (steps p q a b c)).
  rewrite (sum_ext _ _ (fun i => steps p q a b c i * sum (p + q + s) (fun j =>
    steps p q a b c j * r (Z.of_nat i - Z.of_nat j)%Z))) in Hr
    by (intros; rewrite <- sum_scal; apply sum_ext; intros; ring).
  rewrite sum_steps in Hr.
  assert (E : forall o m, sum m (fun i => sum (p + q + s) (fun j =>
    steps p q a b c j * r (Z.of_nat (o + i) - Z.of_nat j)%Z))
    = a * R_ o 0 m p + b * R_ o p m q + c * R_ o (p + q) m s).
  { intros o m. unfold R_. rewrite <- !sum_scal, <- !sum_plus.
    apply sum_ext; intros i _. apply sum_steps. }
  rewrite (E 0%nat), (E p), (E (p + q)%nat) in Hr.
  rewrite (W_R 0 p), (W_R p q), (W_R (p + q) s), (W_R 0 (p + q)), (W_R p (q + s)),
    (W_R 0 (p + q + s)), !R_split_l, !R_split_r. simpl (0 + _)%nat.
  eapply Rle_trans; [apply Hr|]. apply Req_le. ring.
Qed.

Hypothesis Hr : positive_definite.

Lemma F_definite m : (1 <= m)%nat -> 0 <= F m r 0.
Proof.
  intros Hm. pose proof (three_blocks m 0 0 1 0 0 Hr) as E. unfold W in E.
  rewrite !Nat.add_0_r in E. simpl (INR 0) in E. pose proof (INR_pos m Hm). nra.
Qed.

(* The defect of two adjacent blocks, a squared difference of their means: F is subadditive. *)
Lemma F_subadditive m M : (1 <= m)%nat -> (1 <= M)%nat -> F (m + M) r 0 <= F m r 0 + F M r 0.
Proof.
  intros Hm HM. pose proof (three_blocks m M 0 (/ INR m) (- / INR M) 0 Hr) as E. unfold W in E.
  rewrite !Nat.add_0_r, plus_INR in E.
  pose proof (INR_pos m Hm). pose proof (INR_pos M HM).
  apply (Rmult_le_compat_l (INR m * INR M / (INR m + INR M))) in E;
    [|apply Rlt_le, Rdiv_lt_0_compat; nra].
  rewrite Rmult_0_r in E. apply Rplus_le_reg_r with (- F (m + M) r 0). rewrite Rplus_opp_r.
  eapply Rle_trans; [apply E|]. apply Req_le. simpl INR. field. lra.
Qed.

(* Half the squared difference of neighbouring vectors. *)
Definition roughness : R := r 0%Z - (r 1%Z + r (-1)%Z) / 2.

Lemma F_2 : F 2 r 0 = 2 * F 1 r 0 - roughness.
Proof. rewrite F_1. unfold F, roughness. cbn [sum INR]. simpl. lra. Qed.

Lemma roughness_nonneg : 0 <= roughness.
Proof.
  pose proof (F_subadditive 1 1 (le_n 1) (le_n 1)) as E. change (1 + 1)%nat with 2%nat in E.
  rewrite F_2 in E. lra.
Qed.

(* The defects of the blocks (1, N-1) and (2, N-2), for N = s + 2, cannot both be small. *)
Lemma F_strict s : (1 <= s)%nat ->
  roughness <= 4 * (F 1 r 0 + F (1 + s) r 0 - F (2 + s) r 0)
    + 2 * (F 2 r 0 + F s r 0 - F (2 + s) r 0).
Proof.
  intros Hs. set (N := INR s + 2).
  pose proof (three_blocks 1 1 s (3 - 4 / N) (1 - 4 / N) (- (4 / N)) Hr) as E.
  pose proof (F_subadditive 1 (1 + s) ltac:(lia) ltac:(lia)).
  pose proof (F_subadditive 2 s ltac:(lia) ltac:(lia)).
  unfold W in E. simpl (1 + 1)%nat in *. simpl (1 + (1 + s))%nat in *.
  pose proof F_2 as E2.
  replace (INR (1 + s)) with (N - 1) in E by (rewrite plus_INR; simpl; unfold N; lra).
  replace (INR (2 + s)) with N in E by (rewrite plus_INR; simpl; unfold N; lra).
  replace (INR s) with (N - 2) in E by (unfold N; lra).
  assert (0 < / N) by (apply Rinv_0_lt_compat; unfold N; pose proof (pos_INR s); lra).
  cbn [INR] in E.
  assert (E' : 0 <= 4 * (1 - / N) * 2 * (F 1 r 0 + F (1 + s) r 0 - F (2 + s) r 0)
    + 2 * 2 * (1 - 2 * / N) * (F 2 r 0 + F s r 0 - F (2 + s) r 0) - 2 * roughness).
  { eapply Rle_trans; [apply E|]. apply Req_le. rewrite E2.
    field. unfold N; pose proof (pos_INR s); lra. }
  simpl (1 + s)%nat in *. simpl (2 + s)%nat in *. nra.
Qed.

Lemma F_below K : (1 <= K)%nat -> roughness <= INR (S K) * r 0%Z - F (S K) r 0.
Proof.
  intros HK. induction HK as [|K HK IH].
  - rewrite F_2, F_1. simpl. lra.
  - pose proof (F_subadditive 1 (S K) (le_n 1) ltac:(lia)) as E. rewrite F_1 in E.
    change (1 + S K)%nat with (S (S K)) in E. rewrite (S_INR (S K)). lra.
Qed.

(* Add the defects of the blocks (m, N-m), m = 1, ..., K, for N = K + 1. *)
Lemma F_average K : (1 <= K)%nat ->
  INR K * F (S K) r 0 + roughness / 4 <= 2 * sum K (fun i => F (S i) r 0).
Proof.
  intros HK. set (d i := F (S i) r 0 + F (S (K - 1 - i)) r 0 - F (S K) r 0).
  assert (E : sum K d = 2 * sum K (fun i => F (S i) r 0) - INR K * F (S K) r 0).
  { unfold d, Rminus at 1. rewrite !sum_plus, <- (sum_rev K (fun i => F (S i) r 0)), sum_const.
    ring. }
  assert (Hd : forall i, (i < K)%nat -> 0 <= d i).
  { intros i Hi. unfold d.
    pose proof (F_subadditive (S i) (S (K - 1 - i)) ltac:(lia) ltac:(lia)) as E'.
    replace (S i + S (K - 1 - i))%nat with (S K) in E' by lia. lra. }
  enough (roughness / 4 <= sum K d) by lra.
  pose proof roughness_nonneg. destruct K as [|[|k]]; [lia| |].
  - unfold d. cbn [sum Nat.sub]. rewrite F_2. lra.
  - rewrite (sum_split 2 k). pose proof (F_strict (S k) ltac:(lia)) as E'.
    assert (0 <= sum k (fun i => d (2 + i)%nat)) by (apply sum_nonneg; intros; apply Hd; lia).
    pose proof (Hd 0%nat ltac:(lia)) as D0. pose proof (Hd 1%nat ltac:(lia)) as D1.
    unfold d in D0, D1. cbn [sum]. unfold d at 1 2. simpl Nat.sub in *. rewrite !Nat.sub_0_r in *.
    simpl (_ + S k)%nat in E'. lra.
Qed.

Lemma mix_r M K : mix M K r 0
  = (constant M K * r 0%Z + sum K (fun i => weight M (S i) * F (S i) r 0)) / norm M K.
Proof. reflexivity. Qed.

(* A mixture falls from K to K + 1 by at least a multiple of the roughness. *)
Lemma counting_falls K : (1 <= K)%nat ->
  2 * roughness / ((INR K + 1) * (INR K + 3) * (INR K + 4))
  <= mix counting K r 0 - mix counting (S K) r 0.
Proof.
  intros HK. pose proof (INR_ge_1 K HK). pose proof roughness_nonneg.
  pose proof (F_average K HK) as E1. pose proof (F_below K HK) as E2.
  rewrite !mix_r. cbn [sum counting counting_self length density constant weight norm].
  rewrite !sum_scal, S_INR in *.
  set (T := sum K _) in *. set (k := INR K) in *. set (N := F (S K) r 0) in *.
  replace (_ - _) with (2 * ((k + 2) * (2 * T - k * N) + k * ((k + 1) * r 0%Z - N))
    / (k * (k + 1) * (k + 3) * (k + 4))) by (field; lra).
  replace (2 * roughness / _) with (2 * (k * roughness) / (k * (k + 1) * (k + 3) * (k + 4)))
    by (field; lra).
  apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; repeat apply Rmult_lt_0_compat; lra|].
  nra.
Qed.

Lemma counting_self_falls K : (1 <= K)%nat ->
  2 * roughness * (INR K + 1) / ((INR K ^ 2 + 3 * INR K + 1) * (INR K ^ 2 + 5 * INR K + 5))
  <= mix counting_self K r 0 - mix counting_self (S K) r 0.
Proof.
  intros HK. pose proof (INR_ge_1 K HK). pose proof roughness_nonneg.
  pose proof (F_average K HK) as E1. pose proof (F_below K HK) as E2.
  rewrite !mix_r. cbn [sum counting counting_self length density constant weight norm].
  rewrite !sum_scal, S_INR in *.
  set (T := sum K _) in *. set (k := INR K) in *. set (N := F (S K) r 0) in *.
  replace (_ - _) with (2 * ((k + 2) * (2 * T - k * N) + (k + 1) * ((k + 1) * r 0%Z - N))
    / ((k ^ 2 + 3 * k + 1) * (k ^ 2 + 5 * k + 5))) by (field; nra).
  apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; nra|].
  nra.
Qed.

Lemma length_falls K : (1 <= K)%nat ->
  roughness / (2 * INR K * (INR K + 1) * (INR K + 2))
  <= mix length K r 0 - mix length (S K) r 0.
Proof.
  intros HK. pose proof (INR_ge_1 K HK). pose proof (F_average K HK) as E1.
  rewrite !mix_r. cbn [sum counting counting_self length density constant weight norm].
  rewrite !sum_scal, S_INR in *.
  set (T := sum K _) in *. set (k := INR K) in *. set (N := F (S K) r 0) in *.
  replace (_ - _) with (4 * (2 * T - k * N) / (2 * k * (k + 1) * (k + 2))) by (field; lra).
  apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; repeat apply Rmult_lt_0_compat; lra|].
  lra.
Qed.

Lemma density_falls K : (1 <= K)%nat ->
  roughness / (4 * INR K * (INR K + 1) ^ 2) <= mix density K r 0 - mix density (S K) r 0.
Proof.
  intros HK.
  set (s K := sum K (fun i => / INR (S i) * F (S i) r 0)).
  assert (E : forall K, (1 <= K)%nat ->
    INR K * (INR K + 1) * (/ INR (S K) * F (S K) r 0) + roughness / 4
    <= 2 * sum K (fun i => F (S i) r 0) <= (INR K + 1) * s K).
  { clear K HK. intros K HK. split.
    - eapply Rle_trans; [|apply F_average, HK]. apply Req_le. rewrite S_INR. field.
      pose proof (pos_INR K). lra.
    - induction HK as [|K HK IH]; [unfold s; cbn [sum INR]; rewrite Rinv_1; lra|].
      assert (E : INR K * (INR K + 1) * (/ INR (S K) * F (S K) r 0) + roughness / 4
        <= (INR K + 1) * s K).
      { eapply Rle_trans; [|apply IH]. eapply Rle_trans; [|apply F_average, HK].
        apply Req_le. rewrite S_INR. field. pose proof (pos_INR K). lra. }
      pose proof roughness_nonneg. pose proof (pos_INR K).
      change (s (S K)) with (s K + / INR (S K) * F (S K) r 0). cbn [sum].
      assert (E3 : F (S K) r 0 = (INR K + 1) * (/ INR (S K) * F (S K) r 0))
        by (rewrite S_INR; field; lra).
      rewrite S_INR in *. set (q := / (INR K + 1) * F (S K) r 0) in *. nra. }
  destruct (E K HK) as [E1 E2]. pose proof (INR_ge_1 K HK).
  rewrite !mix_r. cbn [sum density constant weight norm].
  change (sum K _) with (s K). rewrite S_INR in *.
  set (k := INR K) in *. set (q := / (k + 1) * F (S K) r 0) in *.
  replace (_ - _) with (4 * ((k + 1) * s K - k * (k + 1) * q) / (4 * k * (k + 1) ^ 2))
    by (field; lra).
  apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; nra|]. lra.
Qed.

End PositiveDefinite.

Lemma cos_positive_definite theta : positive_definite (fun k => cos (IZR k * theta)).
Proof.
  intros n a. set (p := fun i => IZR (Z.of_nat i) * theta).
  replace (sum n _) with
    (sum n (fun i => a i * cos (p i)) ^ 2 + sum n (fun i => a i * sin (p i)) ^ 2); [nra|].
  simpl pow. rewrite !Rmult_1_r, <- !sum_scal, <- sum_plus. apply sum_ext; intros i _.
  rewrite !(Rmult_comm (sum n _)), <- !sum_scal, <- sum_plus. apply sum_ext; intros j _.
  rewrite minus_IZR, Rmult_minus_distr_r. fold (p i). fold (p j). rewrite cos_minus. ring.
Qed.

(* The four together. *)
Lemma mix_falls M K : reading M -> (1 <= K)%nat -> exists c,
  0 < c /\ forall r, positive_definite r -> c * roughness r <= mix M K r 0 - mix M (S K) r 0.
Proof.
  intros HM HK. pose proof (INR_ge_1 K HK). destruct HM as [->|[->|[->| ->]]].
  - exists (2 / ((INR K + 1) * (INR K + 3) * (INR K + 4))). split; [apply Rdiv_lt_0_compat; nra|].
    intros r Hr. eapply Rle_trans; [|apply counting_falls; auto]. apply Req_le. field. lra.
  - exists (2 * (INR K + 1) / ((INR K ^ 2 + 3 * INR K + 1) * (INR K ^ 2 + 5 * INR K + 5))).
    split; [apply Rdiv_lt_0_compat; nra|].
    intros r Hr. eapply Rle_trans; [|apply counting_self_falls; auto]. apply Req_le. field. nra.
  - exists (1 / (2 * INR K * (INR K + 1) * (INR K + 2))). split; [apply Rdiv_lt_0_compat; nra|].
    intros r Hr. eapply Rle_trans; [|apply length_falls; auto]. apply Req_le. field. lra.
  - exists (1 / (4 * INR K * (INR K + 1) ^ 2)). split; [apply Rdiv_lt_0_compat; nra|].
    intros r Hr. eapply Rle_trans; [|apply density_falls; auto]. apply Req_le. field. lra.
Qed.

(* Signals on Z/nZ. *)
Definition inner (n : nat) (u v : signal) : R := sum n (fun i => u (Z.of_nat i) * v (Z.of_nat i)).

Definition shift (k : Z) (y : signal) : signal := fun x => y (x + k)%Z.

Lemma periodic_shift n k y : periodic n y -> periodic n (shift k y).
Proof. intros P x. unfold shift. rewrite <- (P (x + k)%Z). f_equal. lia. Qed.

(* A sum over a period may start anywhere. *)
Lemma sum_period n k h : periodic n h ->
  sum n (fun i => h (Z.of_nat i + k)%Z) = sum n (fun i => h (Z.of_nat i)).
Proof.
  assert (E1 : forall m h, sum m (fun i => h (Z.of_nat i + 1)%Z) + h 0%Z
    = sum m (fun i => h (Z.of_nat i)) + h (Z.of_nat m)).
  { intros m g. induction m as [|m IH]; [simpl; lra|]. cbn [sum].
    replace (Z.of_nat (S m)) with (Z.of_nat m + 1)%Z by lia. lra. }
  assert (E : forall k, periodic n h -> sum n (fun i => h (Z.of_nat i + Z.succ k)%Z)
    = sum n (fun i => h (Z.of_nat i + k)%Z)).
  { intros j P. pose proof (E1 n (shift j h)) as E. unfold shift in E.
    replace (h (Z.of_nat n + j)%Z) with (h (0 + j)%Z) in E
      by (rewrite <- (P (0 + j)%Z); f_equal; lia).
    rewrite (sum_ext _ _ (fun i => h (Z.of_nat i + 1 + j)%Z)) by (intros; f_equal; lia). lra. }
  intros P. induction k as [|k IH|k IH] using Z.peano_ind.
  - apply sum_ext; intros; f_equal; lia.
  - rewrite E; auto.
  - rewrite <- IH, <- (E (Z.pred k)), Z.succ_pred; auto.
Qed.

Lemma inner_shift n k u v : periodic n u -> periodic n v ->
  inner n (shift k u) (shift k v) = inner n u v.
Proof.
  intros Pu Pv. apply (sum_period n k (fun x => u x * v x)). intros x. rewrite Pu, Pv. reflexivity.
Qed.

Lemma inner_comm n u v : inner n u v = inner n v u.
Proof. apply sum_ext; intros; ring. Qed.

Lemma inner_nonneg n u : 0 <= inner n u u.
Proof. apply sum_nonneg; intros; nra. Qed.

(* A value is at most the length. *)
Lemma inner_ge n u k : (1 <= n)%nat -> periodic n u -> u k ^ 2 <= inner n u u.
Proof.
  intros Hn P. rewrite <- (inner_shift n k u u P P). destruct n as [|n]; [lia|].
  unfold inner. rewrite sum_first. unfold shift at 1 2. simpl (Z.of_nat 0 + k)%Z.
  enough (0 <= sum n (fun i => shift k u (Z.of_nat (S i)) * shift k u (Z.of_nat (S i)))) by lra.
  apply sum_nonneg; intros; nra.
Qed.

(* Finite linear combinations of shifts. *)
Inductive filter : (signal -> signal) -> Prop :=
| filter_shift k : filter (shift k)
| filter_scal c L : filter L -> filter (fun y x => c * L y x)
| filter_plus L L' : filter L -> filter L' -> filter (fun y x => L y x + L' y x)
| filter_ext L L' : (forall y x, L y x = L' y x) -> filter L -> filter L'.

Lemma filter_id : filter (fun y => y).
Proof.
  apply (filter_ext (shift 0)); [|apply filter_shift]. intros y x. unfold shift. f_equal. lia.
Qed.

Lemma filter_minus L L' : filter L -> filter L' -> filter (fun y x => L y x - L' y x).
Proof.
  intros HL HL'. apply (filter_ext (fun y x => L y x + -1 * L' y x)); [intros; ring|].
  apply filter_plus, filter_scal; auto.
Qed.

Lemma filter_sum n L : (forall i, filter (L i)) -> filter (fun y x => sum n (fun i => L i y x)).
Proof.
  intros HL. induction n as [|n IH]; cbn [sum]; [|apply filter_plus; auto].
  apply (filter_ext (fun y x => 0 * shift 0 y x)); [intros; ring|]. apply filter_scal, filter_shift.
Qed.

Lemma filter_comp L L' : filter L -> filter L' -> filter (fun y => L (L' y)).
Proof.
  intros HL HL'. induction HL as [k|c L HL IH|L M HL IH HM IH'|L M E HL IH].
  - induction HL' as [j|c L HL IH|L M HL IH HM IH'|L M E HL IH].
    + apply (filter_ext (shift (k + j))); [|apply filter_shift].
      intros y x. unfold shift. f_equal. lia.
    + exact (filter_scal c _ IH).
    + exact (filter_plus _ _ IH IH').
    + eapply filter_ext; [|exact IH]. intros y x. apply E.
  - exact (filter_scal c _ IH).
  - exact (filter_plus _ _ IH IH').
  - eapply filter_ext; [|exact IH]. intros y x. apply E.
Qed.

Lemma filter_F m : filter (F m).
Proof.
  unfold F. apply filter_scal. do 2 (apply filter_sum; intros).
  eapply filter_ext; [|apply filter_shift]. intros y x. unfold shift. f_equal.
  apply Z.add_sub_assoc.
Qed.

Lemma filter_mix M K : filter (mix M K).
Proof.
  unfold mix. apply (filter_ext (fun y x => / norm M K * (constant M K * y x
    + sum K (fun i => weight M (S i) * F (S i) y x)))); [intros; unfold Rdiv; ring|].
  apply filter_scal, filter_plus; [apply filter_scal, filter_id|].
  apply filter_sum; intros. apply filter_scal, filter_F.
Qed.

Lemma filter_B : filter B.
Proof.
  unfold B. apply (filter_ext (fun y x => / 6 * (shift (-1) y x + 4 * y x + shift 1 y x)));
    [intros; unfold shift, Rdiv, Z.sub; simpl; ring|].
  apply filter_scal, filter_plus, filter_shift. apply filter_plus; [apply filter_shift|].
  apply filter_scal, filter_id.
Qed.

Lemma filter_eq L u v x : filter L -> (forall x, u x = v x) -> L u x = L v x.
Proof.
  intros HL E. revert x. induction HL as [k|c L HL IH|L L' HL IH HL' IH'|L L' EL HL IH]; intros x.
  - apply E.
  - rewrite IH; auto.
  - rewrite IH, IH'; auto.
  - rewrite <- !EL; auto.
Qed.

Lemma filter_comm_shift L k u x : filter L -> L (shift k u) x = L u (x + k)%Z.
Proof.
  intros HL. revert x. induction HL as [j|c L HL IH|L L' HL IH HL' IH'|L L' EL HL IH]; intros x.
  - unfold shift. f_equal. lia.
  - rewrite IH; auto.
  - rewrite IH, IH'; auto.
  - rewrite <- !EL; auto.
Qed.

Lemma filter_periodic n L u : filter L -> periodic n u -> periodic n (L u).
Proof.
  intros HL P x. rewrite <- filter_comm_shift by auto. apply filter_eq; auto.
Qed.

Lemma filter_linear L n a (u : nat -> signal) x : filter L ->
  L (fun x => sum n (fun i => a i * u i x)) x = sum n (fun i => a i * L (u i) x).
Proof.
  intros HL. revert x. induction HL as [k|c L HL IH|L L' HL IH HL' IH'|L L' EL HL IH]; intros x.
  - reflexivity.
  - rewrite IH, <- sum_scal. apply sum_ext; intros; ring.
  - rewrite IH, IH', <- sum_plus. apply sum_ext; intros; ring.
  - rewrite <- EL, IH. apply sum_ext; intros. rewrite EL. reflexivity.
Qed.

Lemma filter_lin L a b u v x : filter L ->
  L (fun x => a * u x + b * v x) x = a * L u x + b * L v x.
Proof.
  intros HL. pose proof (filter_linear L 2 (fun i => if i then a else b)
    (fun i => if i then u else v) x HL) as E. cbn [sum] in E. rewrite Rplus_0_l in E. rewrite <- E.
  apply filter_eq; auto. intros; ring.
Qed.

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

(* The value of a filter at 0 of a correlation is an inner product. *)
Lemma filter_inner L n u v : filter L ->
  L (fun k => inner n (shift k u) v) 0%Z = inner n (L u) v.
Proof.
  intros HL.
  enough (E : forall x, L (fun k => inner n (shift k u) v) x = inner n (shift x (L u)) v).
  { rewrite E. apply sum_ext; intros. unfold shift. do 2 f_equal. lia. }
  induction HL as [k|c L HL IH|L L' HL IH HL' IH'|L L' EL HL IH]; intros x.
  - apply sum_ext; intros i _. unfold shift. do 2 f_equal. lia.
  - rewrite IH. unfold inner. rewrite <- sum_scal. apply sum_ext; intros. unfold shift. ring.
  - rewrite IH, IH'. unfold inner. rewrite <- sum_plus. apply sum_ext; intros. unfold shift. ring.
  - rewrite <- EL, IH. apply sum_ext; intros. unfold shift. rewrite EL. reflexivity.
Qed.

(* Filters that are positive semidefinite on Z/nZ. *)
Definition positive (n : nat) (L : signal -> signal) : Prop :=
  filter L /\ forall w, periodic n w -> 0 <= inner n w (L w).

Lemma positive_definite_correlation n L u : positive n L -> periodic n u ->
  positive_definite (fun k => inner n (shift k u) (L u)).
Proof.
  intros [HL Hpos] P m a.
  set (w := fun x => sum m (fun i => a i * shift (Z.of_nat i) u x)).
  assert (Pw : periodic n w).
  { intros x. apply sum_ext; intros i _. f_equal. apply periodic_shift; auto. }
  eapply Rle_trans; [apply (Hpos w Pw)|]. apply Req_le. unfold inner.
  rewrite (sum_ext _ _ (fun x => sum m (fun i => sum m (fun j => a i * a j *
    (shift (Z.of_nat i) u (Z.of_nat x) * shift (Z.of_nat j) (L u) (Z.of_nat x)))))).
  - rewrite sum_swap. apply sum_ext; intros i _. rewrite sum_swap. apply sum_ext; intros j _.
    rewrite sum_scal. f_equal.
    etransitivity; [|apply (inner_shift n (Z.of_nat j));
      [apply periodic_shift | apply filter_periodic]; auto].
    apply sum_ext; intros x _. unfold shift. do 2 f_equal. lia.
  - intros x _. unfold w at 2. rewrite filter_linear by auto.
    unfold w. rewrite <- sum_scal.
    rewrite (sum_ext _ (fun i => _ * (a i * _)) (fun j => sum m (fun i => a i * a j *
      (shift (Z.of_nat i) u (Z.of_nat x) * shift (Z.of_nat j) (L u) (Z.of_nat x)))));
      [apply sum_swap|].
    intros j _. rewrite Rmult_comm, <- sum_scal. apply sum_ext; intros i _.
    rewrite filter_comm_shift by auto. unfold shift. ring.
Qed.

(* The difference of neighbours. *)
Definition slope (u : signal) : signal := fun x => u (x + 1)%Z - u x.

Lemma filter_slope : filter slope.
Proof.
  apply (filter_ext (fun y x => shift 1 y x - y x)); [reflexivity|].
  apply filter_minus; [apply filter_shift | apply filter_id].
Qed.

Lemma roughness_correlation n L u : filter L -> periodic n u ->
  2 * roughness (fun k => inner n (shift k u) (L u)) = inner n (slope u) (L (slope u)).
Proof.
  intros HL P. unfold roughness. pose proof (filter_periodic n L u HL P) as PL.
  assert (E0 : forall v, inner n (shift 0 u) v = inner n u v).
  { intros v. apply sum_ext; intros. unfold shift. do 2 f_equal. lia. }
  rewrite E0. rewrite <- (inner_shift n 1 (shift (-1) u) (L u)) by (try apply periodic_shift; auto).
  replace (2 * _) with (inner n u (L u) + inner n (shift 1 u) (shift 1 (L u))
    + -1 * inner n (shift 1 u) (L u) + -1 * inner n (shift 1 (shift (-1) u)) (shift 1 (L u)))
    by (rewrite (inner_shift n 1 u (L u)) by auto; lra).
  unfold inner. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext; intros i _.
  rewrite (filter_eq L (slope u) (fun x => 1 * shift 1 u x + -1 * u x))
    by (auto; intros; unfold slope, shift; ring).
  rewrite (filter_lin L), (filter_comm_shift L) by auto. unfold slope, shift.
  replace (Z.of_nat i + 1 + -1)%Z with (Z.of_nat i) by lia. ring.
Qed.

(* From K to K + 1 a reading falls on Z/nZ, in the inner product with any positive filter. *)
Lemma reading_falls M K : reading M -> (1 <= K)%nat -> exists c, 0 < c /\
  forall n L u, positive n L -> periodic n u ->
  c * inner n (slope u) (L (slope u)) <= inner n (mix M K u) (L u) - inner n (mix M (S K) u) (L u).
Proof.
  intros HM HK. destruct (mix_falls M K HM HK) as [c [Hc E]]. exists (c / 2). split; [lra|].
  intros n L u HL P. rewrite <- roughness_correlation by (auto; apply HL).
  specialize (E _ (positive_definite_correlation n L u HL P)).
  rewrite !filter_inner in E by apply filter_mix. lra.
Qed.

Lemma mix_one M K x : reading M -> (1 <= K)%nat -> mix M K (fun _ => 1) x = 1.
Proof.
  intros HM HK. rewrite taps, (lags_ext K _ (tap M K)) by (intros; ring). apply taps_sum; auto.
Qed.

Lemma inner_lin n a b u v w :
  inner n w (fun x => a * u x + b * v x) = a * inner n w u + b * inner n w v.
Proof.
  unfold inner. rewrite <- !sum_scal, <- sum_plus. apply sum_ext; intros; ring.
Qed.

Lemma squares_minus n u v :
  inner n u u - inner n v v = inner n u (fun x => u x + v x) - inner n v (fun x => u x + v x).
Proof.
  assert (E : forall w, inner n w (fun x => u x + v x) = 1 * inner n w u + 1 * inner n w v)
    by (intros w; rewrite <- inner_lin; apply sum_ext; intros; ring).
  rewrite !E, (inner_comm n v u). ring.
Qed.

Lemma inner_sum n m a u w :
  inner n w (fun x => sum m (fun i => a i * u i x)) = sum m (fun i => a i * inner n w (u i)).
Proof.
  unfold inner. rewrite (sum_ext m _ (fun i => sum n (fun x =>
    a i * (w (Z.of_nat x) * u i (Z.of_nat x))))) by (intros; rewrite sum_scal; reflexivity).
  rewrite sum_swap. apply sum_ext; intros x _. rewrite <- sum_scal. apply sum_ext; intros; ring.
Qed.

Lemma positive_id n : positive n (fun y => y).
Proof. split; [apply filter_id|]. intros w _. apply inner_nonneg. Qed.

Lemma F_positive n m w : (1 <= m)%nat -> periodic n w -> 0 <= inner n w (F m w).
Proof.
  intros Hm P. rewrite inner_comm, <- filter_inner by apply filter_F.
  apply F_definite; auto. exact (positive_definite_correlation n _ w (positive_id n) P).
Qed.

Lemma reading_below M K n L u : reading M -> (1 <= K)%nat -> positive n L -> periodic n u ->
  inner n (mix M K u) (L u) <= inner n u (L u).
Proof.
  intros HM HK HL P. induction HK as [|K HK IH].
  - apply Req_le, sum_ext; intros. rewrite mix_1; auto.
  - destruct (reading_falls M K HM HK) as [c [Hc E]]. specialize (E n L u HL P).
    assert (0 <= inner n (slope u) (L (slope u)))
      by (apply HL, filter_periodic, P; apply filter_slope).
    assert (0 <= c * inner n (slope u) (L (slope u))) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma mix_positive M K : reading M -> (1 <= K)%nat -> exists c, 0 < c /\
  forall n w, periodic n w -> c * inner n w w <= inner n w (mix M K w).
Proof.
  intros HM HK. destruct (reading_pos M K HM HK) as (Hc & _ & Hn).
  destruct (reading_pos M 1 HM (le_n 1)) as (_ & Hw & _).
  exists (weight M 1 / norm M K). split; [apply Rdiv_lt_0_compat; auto|]. intros n w P.
  replace (inner n w (mix M K w)) with (inner n w (fun x => constant M K / norm M K * w x
    + / norm M K * sum K (fun i => weight M (S i) * F (S i) w x)))
    by (apply sum_ext; intros; unfold mix, Rdiv; ring).
  rewrite inner_lin, inner_sum. destruct K as [|K]; [lia|]. rewrite sum_first.
  replace (inner n w (fun x => F 1 w x)) with (inner n w w)
    by (apply sum_ext; intros; rewrite F_1; auto).
  set (X := sum K _). assert (0 <= X).
  { apply sum_nonneg; intros i _. destruct (reading_pos M (S (S i)) HM ltac:(lia)) as (_ & Hw' & _).
    apply Rmult_le_pos; [lra | apply F_positive; [lia | auto]]. }
  assert (0 <= constant M (S K) * inner n w w)
    by (apply Rmult_le_pos; [apply Hc | apply inner_nonneg]).
  match goal with |- _ <= ?rhs => replace rhs with (weight M 1 / norm M (S K) * inner n w w
    + / norm M (S K) * (constant M (S K) * inner n w w + X)) by (unfold Rdiv; ring) end.
  assert (0 < / norm M (S K)) by (apply Rinv_0_lt_compat, Hn). nra.
Qed.

(* Signals that are not constant. *)

Lemma slope_constant n d u : (1 <= n)%nat -> periodic n u -> (forall x, slope u x = d) ->
  forall x, u x = u 0%Z.
Proof.
  intros Hn P E. unfold slope in E.
  assert (E' : forall x, u x = u 0%Z + IZR x * d).
  { intros x. induction x as [|x IH|x IH] using Z.peano_ind; [lra| |].
    - rewrite succ_IZR. pose proof (E x). unfold Z.succ. lra.
    - pose proof (E (Z.pred x)) as Ex. replace (Z.pred x + 1)%Z with x in Ex by lia.
      unfold Z.pred in *. rewrite plus_IZR. lra. }
  assert (d = 0) as ->.
  { pose proof (P 0%Z) as P0. rewrite E', plus_IZR, <- INR_IZR_INZ in P0.
    pose proof (INR_pos n Hn). nra. }
  intros x. rewrite E'. lra.
Qed.

Lemma inner_0 n u x : (1 <= n)%nat -> periodic n u -> inner n u u <= 0 -> u x = 0.
Proof. intros Hn P E. pose proof (inner_ge n u x Hn P). nra. Qed.

Lemma slope_pos n u a b : (1 <= n)%nat -> periodic n u -> u a <> u b ->
  0 < inner n (slope u) (slope u).
Proof.
  intros Hn P Hab. apply Rnot_le_lt. intros E. apply Hab.
  assert (E' : forall x, slope u x = 0).
  { intros x. apply (inner_0 n); auto. apply filter_periodic; auto. apply filter_slope. }
  rewrite (slope_constant n 0 u Hn P E' a), (slope_constant n 0 u Hn P E' b). reflexivity.
Qed.

Lemma slope_slope_pos n u : (1 <= n)%nat -> periodic n u -> 0 < inner n (slope u) (slope u) ->
  0 < inner n (slope (slope u)) (slope (slope u)).
Proof.
  intros Hn P Hu.
  assert (Ps : periodic n (slope u)) by (apply filter_periodic, P; apply filter_slope).
  apply Rnot_le_lt. intros E. apply (Rlt_irrefl 0). eapply Rlt_le_trans; [apply Hu|].
  assert (E' : forall x, slope (slope u) x = 0).
  { intros x. apply (inner_0 n); auto. apply filter_periodic; auto. apply filter_slope. }
  pose proof (slope_constant n _ u Hn P (slope_constant n 0 _ Hn Ps E')) as C.
  apply Req_le. unfold inner. rewrite (sum_ext _ _ (fun _ => 0)); [rewrite sum_const; ring|].
  intros i _. unfold slope. rewrite (C (_ + 1)%Z), (C (Z.of_nat i)). ring.
Qed.

(* The deviation from the mean. *)
Definition deviation n (y : signal) : signal := fun x => y x - mean n y.

Lemma deviation_periodic n y : periodic n y -> periodic n (deviation n y).
Proof. intros P x. unfold deviation. rewrite P. reflexivity. Qed.

Lemma mix_deviation M K n y x : reading M -> (1 <= K)%nat ->
  mix M K (deviation n y) x = mix M K y x - mean n y.
Proof.
  intros HM HK. rewrite (filter_eq (mix M K) _ (fun x => 1 * y x + - mean n y * 1));
    [|apply filter_mix | intros; unfold deviation; ring].
  rewrite (filter_lin (mix M K)), mix_one by (auto; apply filter_mix). ring.
Qed.

Lemma mean_filter n L y : filter L -> L (fun _ => 1) 0%Z = 1 -> periodic n y ->
  mean n (L y) = mean n y.
Proof.
  intros HL H1 P. unfold mean. f_equal.
  transitivity (inner n (L y) (fun _ => 1)); [apply sum_ext; intros; ring|].
  rewrite <- filter_inner by auto.
  rewrite (filter_eq L _ (fun _ => sum n (fun i => y (Z.of_nat i)) * 1 + 0 * 1)); auto.
  - rewrite (filter_lin L _ _ (fun _ => 1) (fun _ => 1)), H1 by auto. ring.
  - intros k. unfold inner. rewrite (sum_ext _ _ (fun i => y (Z.of_nat i + k)%Z))
      by (intros; unfold shift; ring).
    rewrite sum_period by auto. ring.
Qed.

Lemma Var_mix M K n y : reading M -> (1 <= K)%nat -> periodic n y ->
  Var n (mix M K y) = / INR n * inner n (mix M K (deviation n y)) (mix M K (deviation n y)).
Proof.
  intros HM HK P. unfold Var, mean at 1. f_equal. apply sum_ext; intros x _.
  rewrite mean_filter by (auto; try apply filter_mix; apply mix_one; auto).
  rewrite !mix_deviation by auto. ring.
Qed.

Lemma Bias2_mix M K n y (d := fun x => mix M K (deviation n y) x - deviation n y x) :
  reading M -> (1 <= K)%nat -> Bias2 n (mix M K y) y = / INR n * inner n d d.
Proof.
  intros HM HK. unfold Bias2, mean, d. f_equal. apply sum_ext; intros x _.
  rewrite !mix_deviation by auto. unfold deviation. ring.
Qed.

Lemma mean_ext n u v : (forall x, u x = v x) -> mean n u = mean n v.
Proof. intros E. unfold mean. f_equal. apply sum_ext; intros; auto. Qed.

Lemma Var_f K n y : Var n (f K y) = Var n (mix counting K y).
Proof.
  unfold Var. rewrite (mean_ext n (f K y) (mix counting K y)) by (intros; apply f_is_counting).
  apply mean_ext. intros; rewrite f_is_counting; reflexivity.
Qed.

Lemma Bias2_f K n y : Bias2 n (f K y) y = Bias2 n (mix counting K y) y.
Proof. apply mean_ext. intros; rewrite f_is_counting; reflexivity. Qed.

Lemma counting_reading : reading counting.
Proof. left; reflexivity. Qed.

Lemma density_reading : reading density.
Proof. right; right; right; reflexivity. Qed.

Lemma deviation_pos n y a b : (1 <= n)%nat -> periodic n y -> y a <> y b ->
  0 < inner n (deviation n y) (deviation n y).
Proof.
  intros Hn P Hab. apply Rnot_le_lt. intros E. apply Hab.
  pose proof (fun x => inner_0 n _ x Hn (deviation_periodic n y P) E) as E'.
  unfold deviation in E'. pose proof (E' a). pose proof (E' b). lra.
Qed.

Lemma positive_mix M K n : reading M -> (1 <= K)%nat -> positive n (mix M K).
Proof.
  intros HM HK. split; [apply filter_mix|]. intros w P.
  destruct (mix_positive M K HM HK) as [c [Hc E]]. specialize (E n w P).
  pose proof (inner_nonneg n w). nra.
Qed.
