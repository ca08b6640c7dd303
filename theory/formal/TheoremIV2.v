(* Theorem IV.2: the variance of f_K for uncorrelated outputs of equal variance, Eq. (3). *)

From Coq Require Import Reals ZArith FunctionalExtensionality Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer Equation3.
Open Scope R_scope.

(* Random variables are functions of an outcome omega; the paper's i.i.d. outputs of variance
   sigma^2 enter through a bilinear covariance on a space L2 of them only. *)
Record covariance {Omega : Type} (L2 : (Omega -> R) -> Prop)
    (cov : (Omega -> R) -> (Omega -> R) -> R) : Prop := {
  L2_plus : forall X X', L2 X -> L2 X' -> L2 (fun omega => X omega + X' omega);
  L2_scal : forall c X, L2 X -> L2 (fun omega => c * X omega);
  cov_sym : forall X Z, L2 X -> L2 Z -> cov X Z = cov Z X;
  cov_plus : forall X X' Z, L2 X -> L2 X' -> L2 Z ->
    cov (fun omega => X omega + X' omega) Z = cov X Z + cov X' Z;
  cov_scal : forall c X Z, L2 X -> L2 Z -> cov (fun omega => c * X omega) Z = c * cov X Z;
  cov_pos : forall X, L2 X -> 0 <= cov X X }.

(* Y_i of variance sigma^2, uncorrelated: what i.i.d. outputs have in common. *)
Definition uncorrelated {Omega : Type} (L2 : (Omega -> R) -> Prop)
    (cov : (Omega -> R) -> (Omega -> R) -> R) (sigma : R) (Y : Z -> Omega -> R) : Prop :=
  covariance L2 cov /\ (forall i, L2 (Y i)) /\
  forall i j, cov (Y i) (Y j) = if Z.eqb i j then sigma ^ 2 else 0.

Section Covariance.
  Variables (Omega : Type) (L2 : (Omega -> R) -> Prop) (cov : (Omega -> R) -> (Omega -> R) -> R).
  Hypothesis HC : covariance L2 cov.

  Lemma cov_sum n (X : nat -> Omega -> R) Z : (forall i, L2 (X i)) -> L2 Z ->
    L2 (fun omega => sum n (fun i => X i omega)) /\
    cov (fun omega => sum n (fun i => X i omega)) Z = sum n (fun i => cov (X i) Z).
  Proof.
    intros HX HZ. induction n as [|n [IH1 IH2]]; simpl.
    - replace (fun _ => 0) with (fun omega => 0 * Z omega)
        by (apply functional_extensionality; intros; ring).
      split; [apply (L2_scal _ _ HC); auto|]. rewrite (cov_scal _ _ HC); auto. ring.
    - split; [apply (L2_plus _ _ HC (fun omega => sum n (fun i => X i omega))); auto|].
      rewrite (cov_plus _ _ HC (fun omega => sum n (fun i => X i omega))), IH2; auto.
  Qed.

  Lemma cov_lags K (X : Z -> Omega -> R) Z : (forall k, L2 (X k)) -> L2 Z ->
    L2 (fun omega => lags K (fun k => X k omega)) /\
    cov (fun omega => lags K (fun k => X k omega)) Z = lags K (fun k => cov (X k) Z).
  Proof.
    intros HX HZ. unfold lags.
    set (X' i omega := X (Z.of_nat (S i)) omega + X (- Z.of_nat (S i))%Z omega).
    assert (HX' : forall i, L2 (X' i)) by (intros; apply (L2_plus _ _ HC); auto).
    destruct (cov_sum (K - 1) X' Z) as [H1 H2]; auto. split.
    - apply (L2_plus _ _ HC (X 0%Z) (fun omega => sum (K - 1) (fun i => X' i omega))); auto.
    - rewrite (cov_plus _ _ HC (X 0%Z) (fun omega => sum (K - 1) (fun i => X' i omega))); auto.
      f_equal. rewrite H2. apply sum_ext. intros. apply (cov_plus _ _ HC); auto.
  Qed.
End Covariance.

(* The variance of a weighted sum of uncorrelated outputs. *)
Lemma variance_of_lags Omega L2 cov sigma (Y : Z -> Omega -> R) K x h :
  uncorrelated L2 cov sigma Y ->
  let X := fun omega => lags K (fun k => h k * Y (x + k)%Z omega) in
  cov X X = sigma ^ 2 * lags K (fun k => h k ^ 2).
Proof.
  intros (HC & HL & Hcov) X. set (X' k omega := h k * Y (x + k)%Z omega).
  assert (HX : forall k, L2 (X' k)) by (intros; apply (L2_scal _ _ HC); auto).
  assert (HLX : L2 X) by (apply (cov_lags _ _ _ HC K X' (Y 0%Z)); auto).
  assert (E : forall k, (k = 0 \/ Z.abs k < Z.of_nat K)%Z -> cov X (Y (x + k)%Z) = h k * sigma ^ 2).
  { intros k Hk. change X with (fun omega => lags K (fun j => X' j omega)).
    rewrite (proj2 (cov_lags _ _ _ HC K X' _ HX (HL _))).
    rewrite <- (lags_one K k (fun j => h j * sigma ^ 2)) by auto.
    apply lags_ext. intros j _. unfold X'. rewrite (cov_scal _ _ HC), Hcov; auto.
    destruct (Z.eqb_spec (x + j) (x + k)), (Z.eqb_spec j k); try lia; ring. }
  change (cov X X) with (cov (fun omega => lags K (fun k => X' k omega)) X).
  rewrite (proj2 (cov_lags _ _ _ HC K X' _ HX HLX)).
  rewrite <- lags_scal. apply lags_ext. intros k Hk. unfold X'.
  rewrite (cov_scal _ _ HC), (cov_sym _ _ HC), E; auto. ring.
Qed.

(* Theorem IV.2: Var(f_K(x_i)) = sigma^2 V_K, with V_K the sum of the squared taps, in every reading
   that is a mixture. *)
Theorem iid_variance_mixture (M : mixture) Omega L2 cov sigma (Y : Z -> Omega -> R) K x :
  uncorrelated L2 cov sigma Y ->
  let fK := fun omega => mix M K (fun i => Y i omega) x in
  cov fK fK = sigma ^ 2 * V M K.
Proof.
  intros HY fK. unfold V. rewrite <- (variance_of_lags _ _ _ _ _ K x (tap M K) HY).
  replace fK with (fun omega => lags K (fun k => tap M K k * Y (x + k)%Z omega)); auto.
  apply functional_extensionality. intros. symmetry. apply taps.
Qed.

(* Theorem IV.2: the same for f_K as printed in Eq. (3). *)
Theorem iid_variance Omega L2 cov sigma (Y : Z -> Omega -> R) K x :
  uncorrelated L2 cov sigma Y ->
  let fK := fun omega => f K (fun i => Y i omega) x in
  cov fK fK = sigma ^ 2 * V counting K.
Proof.
  intros HY fK. rewrite <- (iid_variance_mixture counting _ _ _ _ _ _ x HY).
  replace fK with (fun omega => mix counting K (fun i => Y i omega) x); auto.
  apply functional_extensionality. intros. symmetry. apply f_is_counting.
Qed.

(* norm^2 V_K by adding one length of segments after the other, with the scalar products G(m, M) of
   two Fejér kernels. *)
Definition energy (c : R) (w : nat -> R) (K : nat) : R :=
  c ^ 2 + sum K (fun j => w (S j) *
    (2 * (c + sum j (fun i => w (S i) * G (S i) (S j))) + w (S j) * G (S j) (S j))).

Lemma V_energy M K : V M K = energy (constant M K) (weight M) K / norm M K ^ 2.
Proof.
  set (c := constant M K). set (w := weight M).
  set (u J k := (if Z.eqb k 0 then c else 0) + sum J (fun i => w (S i) * D (S i) k)).
  assert (E : forall J, (J <= K)%nat -> lags K (fun k => u J k * u J k) = energy c w J).
  { induction J as [|J IH]; intros HJ.
    - unfold u, energy. simpl.
      rewrite (lags_ext K _ (fun k => (if Z.eqb k 0 then c else 0) * c))
        by (intros k _; destruct (Z.eqb k 0); ring).
      rewrite lags_0. ring.
    - assert (EJ : lags K (fun k => u J k * D (S J) k)
        = c + sum J (fun i => w (S i) * G (S i) (S J))).
      { unfold u. rewrite (lags_ext K _ (fun k => (if Z.eqb k 0 then c else 0) * D (S J) k
          + sum J (fun i => w (S i) * (D (S i) k * D (S J) k)))).
        - rewrite lags_plus, lags_0, D_0, lags_sum, Rmult_1_r. f_equal. apply sum_ext.
          intros i Hi. rewrite lags_scal, lags_D_D by lia. reflexivity.
        - intros k _. rewrite Rmult_plus_distr_r, (Rmult_comm (sum _ _)), <- sum_scal. f_equal.
          apply sum_ext. intros; ring. }
      rewrite (lags_ext K _ (fun k => u J k * u J k
        + (2 * w (S J) * (u J k * D (S J) k) + w (S J) ^ 2 * (D (S J) k * D (S J) k))))
        by (intros; unfold u; cbn [sum]; ring).
      rewrite !lags_plus, !lags_scal, IH, EJ, lags_D_D by lia. unfold energy. cbn [sum]. ring. }
  rewrite <- (E K) by lia. replace (norm M K ^ 2) with (norm M K * norm M K) by ring.
  unfold Rdiv. rewrite Rinv_mult, Rmult_comm, <- lags_scal. unfold V.
  apply lags_ext. intros k _. unfold tap. fold c w. fold (u K k). unfold Rdiv. ring.
Qed.

(* With all weights 1. *)
Lemma energy_1 c K : energy c (fun _ => 1) K
  = c ^ 2 + 2 * c * INR K + (14 * INR K ^ 3 + 21 * INR K ^ 2 + 37 * INR K - 18 * H K) / 54.
Proof.
  unfold energy. rewrite Rplus_assoc. f_equal. induction K as [|K IH]; [unfold H; simpl; field|].
  assert (HK : 0 < INR K + 1) by (rewrite <- S_INR; apply lt_0_INR; lia).
  assert (E : forall n, sum n (fun i => 1 * G (S i) (S K)) = INR n * (INR n + 1) / 2
    - (INR n * (INR n + 1) * (2 * INR n + 1) / 6 - INR n) / (3 * (INR K + 1))).
  { induction n as [|n IHn]; [simpl; field; lra|].
    cbn [sum]. rewrite IHn. unfold G. rewrite !S_INR. field. lra. }
  change (H (S K)) with (H K + / INR (S K)).
  cbn [sum]. rewrite IH, E. unfold G. rewrite !S_INR. field. lra.
Qed.

(* Theorem IV.2, V_K in closed form, with the harmonic number H_K (not in the paper). *)
Theorem V_closed K : (1 <= K)%nat -> V counting K =
  2 * (14 * INR K ^ 3 + 183 * INR K ^ 2 + 37 * INR K - 18 * H K)
  / (27 * INR K ^ 2 * (INR K + 3) ^ 2).
Proof.
  intros HK. assert (0 < INR K) by (apply lt_0_INR; lia).
  rewrite V_energy. simpl constant. simpl norm. change (weight counting) with (fun _ : nat => 1).
  rewrite energy_1. field. lra.
Qed.

Lemma H_bounds K : (1 <= K)%nat -> 1 <= H K <= INR K.
Proof.
  intros HK. induction HK as [|K HK IH]; [unfold H; simpl; lra|].
  change (H (S K)) with (H K + / INR (S K)). rewrite S_INR.
  assert (1 <= INR K) by (apply (le_INR 1); auto).
  assert (0 < / (INR K + 1) < 1); [|lra].
  split; [apply Rinv_0_lt_compat | rewrite <- Rinv_1; apply Rinv_lt_contravar]; lra.
Qed.

Lemma frac_lt a b c d : 0 < b -> 0 < d -> (a / b < c / d <-> a * d < c * b).
Proof.
  intros Hb Hd. assert (0 < b * d) by (apply Rmult_lt_0_compat; lra).
  replace (a * d) with (a / b * (b * d)) by (field; lra).
  replace (c * b) with (c / d * (b * d)) by (field; lra). split; intros E.
  - apply Rmult_lt_compat_r; lra.
  - apply Rmult_lt_reg_r with (b * d); lra.
Qed.

Lemma frac_le a b c d : 0 < b -> 0 < d -> (a / b <= c / d <-> a * d <= c * b).
Proof.
  intros Hb Hd. pose proof (frac_lt c d a b Hd Hb) as E. split; intros; apply Rnot_lt_le; intros C;
    apply E in C; lra.
Qed.

(* The closed form as K V_K <= c, with the factors common to both sides removed. *)
Lemma V_compare c K : (1 <= K)%nat ->
  (V counting K <= c / INR K <->
   2 * (14 * INR K ^ 3 + 183 * INR K ^ 2 + 37 * INR K - 18 * H K)
     <= 27 * c * INR K * (INR K + 3) ^ 2) /\
  (V counting K < c / INR K <->
   2 * (14 * INR K ^ 3 + 183 * INR K ^ 2 + 37 * INR K - 18 * H K)
     < 27 * c * INR K * (INR K + 3) ^ 2).
Proof.
  intros HK. assert (HX : 0 < INR K) by (apply lt_0_INR; lia). rewrite V_closed by lia.
  assert (0 < 27 * INR K ^ 2 * (INR K + 3) ^ 2)
    by (repeat apply Rmult_lt_0_compat; try apply pow_lt; lra).
  rewrite frac_le, frac_lt by lra.
  replace (c * (27 * INR K ^ 2 * (INR K + 3) ^ 2))
    with (27 * c * INR K * (INR K + 3) ^ 2 * INR K) by ring.
  split; split; intros E.
  - apply Rmult_le_reg_r with (INR K); lra.
  - apply Rmult_le_compat_r; lra.
  - apply Rmult_lt_reg_r with (INR K); lra.
  - apply Rmult_lt_compat_r; lra.
Qed.

(* Theorem IV.2, lower bound: 16/K^2 <= V_K exactly from K = 12 on ("eventually" in the paper). *)
Theorem V_lower K : (1 <= K)%nat -> (16 / INR K ^ 2 <= V counting K <-> (12 <= K)%nat).
Proof.
  intros HK. assert (HX : 1 <= INR K) by (apply (le_INR 1); auto).
  pose proof (H_bounds K HK) as Hh. pose proof (proj2 (V_compare (16 / INR K) K HK)) as E.
  replace (16 / INR K / INR K) with (16 / INR K ^ 2) in E by (field; lra).
  replace (27 * (16 / INR K) * INR K * (INR K + 3) ^ 2) with (432 * (INR K + 3) ^ 2) in E
    by (field; lra).
  split; intros HV.
  - apply Nat.nlt_ge. intros C. apply (Rle_not_lt _ _ HV), E.
    assert (H11 : INR K <= INR 11) by (apply le_INR; lia). simpl in H11.
    assert (0 <= INR K * (11 - INR K) * (28 * INR K + 242)) by (repeat apply Rmult_le_pos; lra).
    nra.
  - apply Rnot_lt_le. intros C. apply E in C.
    apply (le_INR 12) in HV. simpl in HV.
    assert (0 <= INR K * (INR K - 12) * (28 * INR K + 270)) by (repeat apply Rmult_le_pos; lra).
    nra.
Qed.

(* Sharp: neither from K = 11 nor from K = 13 on. *)
Theorem V_lower_sharp :
  ~ (forall K, (1 <= K)%nat -> (16 / INR K ^ 2 <= V counting K <-> (11 <= K)%nat)) /\
  ~ (forall K, (1 <= K)%nat -> (16 / INR K ^ 2 <= V counting K <-> (13 <= K)%nat)).
Proof.
  split; intros C.
  - assert (12 <= 11)%nat; [apply V_lower, C|]; lia.
  - assert (13 <= 12)%nat; [apply C, V_lower|]; lia.
Qed.

(* Theorem IV.2, upper bound, with the constant 21563/14400 = 1.49... in place of 8: it is the
   largest value of K V_K, at K = 5 only. *)
Theorem V_peak K : (1 <= K)%nat ->
  V counting K <= 21563 / 14400 / INR K /\ (V counting K = 21563 / 14400 / INR K <-> K = 5%nat).
Proof.
  intros HK. destruct (V_compare (21563 / 14400) K HK) as [Ele Elt].
  destruct (Nat.eq_dec K 5) as [->|H5].
  - assert (E : V counting 5 = 21563 / 14400 / INR 5); [|rewrite E; split; [lra|tauto]].
    rewrite V_closed by lia. unfold H. simpl. field.
  - assert (V counting K < 21563 / 14400 / INR K); [|split; [lra|]; split; intros; [lra|lia]].
    apply Elt. clear Ele Elt.
    destruct (Nat.le_gt_cases 7 K) as [H7|H7].
    + pose proof (H_bounds K HK) as Hh. apply (le_INR 7) in H7. simpl in H7.
      assert (0 <= INR K * (INR K - 7) ^ 2) by (apply Rmult_le_pos; [lra|apply pow2_ge_0]).
      nra.
    + do 7 (destruct K as [|K]; [try lia; unfold H; simpl; lra|]). lia.
Qed.

(* Sharp: not with 21562. *)
Theorem V_peak_sharp : ~ (forall K, (1 <= K)%nat -> V counting K <= 21562 / 14400 / INR K).
Proof.
  intros C. pose proof (proj2 (proj2 (V_peak 5 ltac:(lia))) eq_refl) as E.
  specialize (C 5%nat ltac:(lia)). simpl in *. lra.
Qed.

(* Theorem IV.2, upper bound as printed; it holds for every K. *)
Theorem V_upper K : (1 <= K)%nat -> V counting K <= 8 / INR K.
Proof.
  intros HK. destruct (V_peak K HK) as [E _].
  assert (0 < / INR K) by (apply Rinv_0_lt_compat, lt_0_INR; lia). unfold Rdiv in *. lra.
Qed.

(* Theorem IV.2, the order of V_K: 1/K is a lower bound, with equality at K = 1 only. *)
Theorem V_least K : (1 <= K)%nat ->
  1 / INR K <= V counting K /\ (V counting K = 1 / INR K <-> K = 1%nat).
Proof.
  intros HK. destruct (V_compare 1 K HK) as [Ele Elt].
  destruct (Nat.eq_dec K 1) as [->|H1].
  - assert (E : V counting 1 = 1 / INR 1); [|rewrite E; split; [lra|tauto]].
    rewrite V_closed by lia. unfold H. simpl. field.
  - assert (1 / INR K < V counting K); [|split; [lra|]; split; intros; [lra|lia]].
    apply Rnot_le_lt. intros C. apply Ele in C.
    pose proof (H_bounds K HK) as Hh.
    assert (H2 : 2 <= INR K) by (apply (le_INR 2); lia). nra.
Qed.

(* Theorem IV.2, the sharp constants for large K: K V_K > 28/27 from K = 2 on, and tends to it. *)
Theorem V_limit K : (2 <= K)%nat ->
  28 / 27 / INR K < V counting K <= 28 / 27 / INR K + 22 / 3 / INR K ^ 2.
Proof.
  intros HK. assert (H2 : 2 <= INR K) by (apply (le_INR 2); lia).
  pose proof (H_bounds K ltac:(lia)) as Hh. split.
  - apply Rnot_le_lt. intros C. apply V_compare in C; [|lia]. nra.
  - replace (28 / 27 / INR K + 22 / 3 / INR K ^ 2) with ((28 / 27 + 22 / 3 / INR K) / INR K)
      by (field; lra).
    apply V_compare; [lia|].
    replace (27 * (28 / 27 + 22 / 3 / INR K) * INR K) with (28 * INR K + 198) by (field; lra).
    nra.
Qed.

(* Sharp: not at K = 1. *)
Theorem V_limit_sharp : V counting 1 < 28 / 27 / INR 1.
Proof. rewrite V_closed by lia. unfold H. simpl. lra. Qed.

(* Theorem IV.2 gives bounds only: V_K strictly decreases. *)
Theorem V_decreasing K : (1 <= K)%nat -> V counting (S K) < V counting K.
Proof.
  intros HK. assert (HX : 1 <= INR K) by (apply (le_INR 1); auto).
  pose proof (H_bounds K HK) as Hh. rewrite !V_closed by lia.
  change (H (S K)) with (H K + / INR (S K)). rewrite S_INR.
  set (X := INR K) in *. set (h := H K) in *. apply Rminus_gt_0_lt.
  set (p := 36 * X ^ 4 + 252 * X ^ 3 + 576 * X ^ 2 + 504 * X + 144).
  set (q := 7 * X ^ 6 + 211 * X ^ 5 + 1188 * X ^ 4 + 2455 * X ^ 3 + 2307 * X ^ 2
    + 1024 * X + 152).
  assert (Hpow : forall n, 0 < X ^ n) by (intros; apply pow_lt; lra).
  assert (0 < p) by (unfold p; generalize (Hpow 4%nat) (Hpow 3%nat) (Hpow 2%nat); lra).
  assert (0 < q).
  { unfold q. generalize (Hpow 6%nat) (Hpow 5%nat) (Hpow 4%nat) (Hpow 3%nat) (Hpow 2%nat). lra. }
  replace (_ - _) with (4 * (X * q + (X - h) * p)
    / (27 * X ^ 2 * (X + 1) ^ 3 * (X + 3) ^ 2 * (X + 4) ^ 2))
    by (unfold p, q; field; lra).
  apply Rdiv_lt_0_compat.
  - assert (0 < X * q) by (apply Rmult_lt_0_compat; lra).
    assert (0 <= (X - h) * p) by (apply Rmult_le_pos; lra). lra.
  - repeat apply Rmult_lt_0_compat; try apply pow_lt; lra.
Qed.

(* Theorem IV.2, Eq. (8), for f_K as printed: the lower bound from K = 12 on, the upper bound
   always. *)
Theorem theorem_IV2 Omega L2 cov sigma (Y : Z -> Omega -> R) K x :
  uncorrelated L2 cov sigma Y -> (12 <= K)%nat ->
  let fK := fun omega => f K (fun i => Y i omega) x in
  4 ^ 2 * sigma ^ 2 / INR K ^ 2 <= cov fK fK <= 8 * sigma ^ 2 / INR K.
Proof.
  intros HY HK fK. unfold fK. rewrite (iid_variance _ _ _ _ _ K x HY).
  pose proof (pow2_ge_0 sigma) as Hs. pose proof (V_upper K ltac:(lia)) as Hu.
  pose proof (proj2 (V_lower K ltac:(lia)) HK) as Hl. split.
  - replace (4 ^ 2 * sigma ^ 2 / INR K ^ 2) with (sigma ^ 2 * (16 / INR K ^ 2))
      by (unfold Rdiv; ring).
    apply Rmult_le_compat_l; lra.
  - replace (8 * sigma ^ 2 / INR K) with (sigma ^ 2 * (8 / INR K)) by (unfold Rdiv; ring).
    apply Rmult_le_compat_l; lra.
Qed.
