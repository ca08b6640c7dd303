(* Uncorrelated outputs and the process of `continuous` exist: what Theorem IV.2 assumes is not
   empty, and its thresholds are sharp.  The outcomes are the integers, random variables are square
   summable sequences, and the i-th output is 1 at i and 0 elsewhere. *)

From Coq Require Import Reals ZArith FunctionalExtensionality Lia Lra.
From Coquelicot Require Import Coquelicot.
From LocalMixup Require Import Sums Lattice Fejer Equation3 Blocks.
From LocalMixup Require Import TheoremIV2 TheoremIV2Readings TheoremIV2Continuous.
Open Scope R_scope.

(* Sums over Z. *)

Definition summable (g : Z -> R) : Prop :=
  ex_series (fun n => g (Z.of_nat n)) /\ ex_series (fun n => g (- Z.of_nat (S n))%Z).

Definition sumZ (g : Z -> R) : R :=
  Series (fun n => g (Z.of_nat n)) + Series (fun n => g (- Z.of_nat (S n))%Z).

Lemma Series_zero a : (forall n : nat, a n = 0) -> Series a = 0.
Proof.
  intros E. rewrite (Series_ext a (fun n => 0 * 0)) by (intros; rewrite E; ring).
  rewrite Series_scal_l. ring.
Qed.

Lemma summable_le g h : (forall k, Rabs (g k) <= h k) -> summable h -> summable g.
Proof.
  intros E [H1 H2].
  split; [apply (ex_series_le (V := R_CompleteNormedModule) _ (fun n => h (Z.of_nat n)))
    | apply (ex_series_le (V := R_CompleteNormedModule) _ (fun n => h (- Z.of_nat (S n))%Z))];
    auto; intros; apply E.
Qed.

Lemma summable_plus g h : summable g -> summable h -> summable (fun k => g k + h k).
Proof. intros [G1 G2] [H1 H2]. split; apply (ex_series_plus (V := R_NormedModule)); auto. Qed.

Lemma summable_scal c g : summable g -> summable (fun k => c * g k).
Proof. intros [G1 G2]. split; apply (ex_series_scal (V := R_NormedModule)); auto. Qed.

Lemma sumZ_plus g h : summable g -> summable h -> sumZ (fun k => g k + h k) = sumZ g + sumZ h.
Proof. intros [G1 G2] [H1 H2]. unfold sumZ. rewrite !Series_plus by auto. ring. Qed.

Lemma sumZ_scal c g : sumZ (fun k => c * g k) = c * sumZ g.
Proof. unfold sumZ. rewrite !Series_scal_l. ring. Qed.

Lemma sumZ_ext g h : (forall k, g k = h k) -> sumZ g = sumZ h.
Proof. intros E. unfold sumZ. f_equal; apply Series_ext; auto. Qed.

Lemma sumZ_shift g j : summable g ->
  summable (fun k => g (k + j)%Z) /\ sumZ (fun k => g (k + j)%Z) = sumZ g.
Proof.
  assert (Up : forall g, summable g ->
    summable (fun k => g (k + 1)%Z) /\ sumZ (fun k => g (k + 1)%Z) = sumZ g).
  { clear. intros g [H1 H2].
    set (a n := g (Z.of_nat n)) in *. set (b n := g (- Z.of_nat (S n))%Z) in *.
    set (b' n := g (- Z.of_nat (S n) + 1)%Z).
    assert (Ea : forall n, g (Z.of_nat n + 1)%Z = a (S n))
      by (intros; unfold a; f_equal; lia).
    assert (Eb : forall n, b' (S n) = b n) by (intros; unfold b, b'; f_equal; lia).
    assert (H2' : ex_series b').
    { apply ex_series_incr_1. eapply ex_series_ext; [|exact H2]. intros; symmetry; apply Eb. }
    split; [split; [|exact H2']|].
    - eapply ex_series_ext; [|exact (proj1 (ex_series_incr_1 a) H1)]. intros; symmetry; apply Ea.
    - unfold sumZ. fold a b b'. rewrite (Series_ext _ _ Ea), (Series_incr_1 b' H2').
      rewrite (Series_ext _ _ Eb), (Series_incr_1 a H1). change (b' 0%nat) with (a 0%nat). ring. }
  assert (Down : forall g, summable g ->
    summable (fun k => g (k - 1)%Z) /\ sumZ (fun k => g (k - 1)%Z) = sumZ g).
  { clear. intros g [H1 H2].
    set (a n := g (Z.of_nat n)) in *. set (b n := g (- Z.of_nat (S n))%Z) in *.
    set (a' n := g (Z.of_nat n - 1)%Z).
    assert (Eb : forall n, g (- Z.of_nat (S n) - 1)%Z = b (S n))
      by (intros; unfold b; f_equal; lia).
    assert (Ea : forall n, a' (S n) = a n) by (intros; unfold a, a'; f_equal; lia).
    assert (H1' : ex_series a').
    { apply ex_series_incr_1. eapply ex_series_ext; [|exact H1]. intros; symmetry; apply Ea. }
    split; [split; [exact H1'|]|].
    - eapply ex_series_ext; [|exact (proj1 (ex_series_incr_1 b) H2)]. intros; symmetry; apply Eb.
    - unfold sumZ. fold a b a'. rewrite (Series_ext _ _ Eb), (Series_incr_1 a' H1').
      rewrite (Series_ext _ _ Ea), (Series_incr_1 b H2). change (a' 0%nat) with (b 0%nat). ring. }
  intros Hg. induction j as [|j [IH1 IH2]|j [IH1 IH2]] using Z.peano_ind.
  - replace (fun k => g (k + 0)%Z) with g; auto.
    apply functional_extensionality. intros. f_equal. lia.
  - rewrite <- IH2. replace (fun k => g (k + Z.succ j)%Z) with (fun k => g (k + 1 + j)%Z)
      by (apply functional_extensionality; intros; f_equal; lia).
    apply (Up (fun k => g (k + j)%Z)), IH1.
  - rewrite <- IH2. replace (fun k => g (k + Z.pred j)%Z) with (fun k => g (k - 1 + j)%Z)
      by (apply functional_extensionality; intros; f_equal; lia).
    apply (Down (fun k => g (k + j)%Z)), IH1.
Qed.

Lemma summable_geometric q : 0 <= q < 1 -> summable (fun k => q ^ Z.abs_nat k).
Proof.
  intros Hq. assert (Hs : ex_series (fun n => q ^ n))
    by (apply ex_series_geom; rewrite Rabs_pos_eq; lra).
  split.
  - eapply ex_series_ext; [|exact Hs]. intros n. simpl. rewrite Zabs2Nat.id. reflexivity.
  - eapply ex_series_ext; [|exact (proj1 (ex_series_incr_1 (fun n => q ^ n)) Hs)].
    intros n. cbv beta. f_equal. lia.
Qed.

(* Square summable sequences. *)

Definition square_summable (X : Z -> R) : Prop := summable (fun k => X k ^ 2).
Definition product (X X' : Z -> R) : R := sumZ (fun k => X k * X' k).
Definition output (i k : Z) : R := if Z.eqb i k then 1 else 0.

Lemma summable_product X X' : square_summable X -> square_summable X' ->
  summable (fun k => X k * X' k).
Proof.
  intros H1 H2. apply (summable_le _ (fun k => X k ^ 2 + X' k ^ 2)); [|apply summable_plus; auto].
  intros k. apply Rabs_le. nra.
Qed.

Lemma product_covariance : covariance square_summable product.
Proof.
  split.
  - intros X X' H1 H2. apply (summable_le _ (fun k => 2 * X k ^ 2 + 2 * X' k ^ 2)).
    + intros k. rewrite Rabs_pos_eq by apply pow2_ge_0.
      pose proof (pow2_ge_0 (X k - X' k)). lra.
    + apply summable_plus; apply summable_scal; auto.
  - intros c X H1. unfold square_summable.
    replace (fun k => (c * X k) ^ 2) with (fun k => c ^ 2 * X k ^ 2)
      by (apply functional_extensionality; intros; ring).
    apply summable_scal, H1.
  - intros X Z _ _. apply sumZ_ext. intros; ring.
  - intros X X' Z H1 H2 H3. unfold product. rewrite <- sumZ_plus by auto using summable_product.
    apply sumZ_ext. intros; ring.
  - intros c X Z _ _. unfold product. rewrite <- sumZ_scal. apply sumZ_ext. intros; ring.
  - intros X [H1 H2]. assert (E : forall a, ex_series (fun n : nat => a n ^ 2) ->
      0 <= Series (fun n => a n ^ 2)).
    { intros a Ha. rewrite <- (Series_zero (fun _ => 0)) by auto.
      apply Series_le; auto. intros n. split; [lra | apply pow2_ge_0]. }
    unfold product. rewrite (sumZ_ext _ (fun k => X k ^ 2)) by (intros; ring).
    apply Rplus_le_le_0_compat;
      [apply (E (fun n => X (Z.of_nat n))) | apply (E (fun n => X (- Z.of_nat (S n))%Z))]; auto.
Qed.

(* The assumption of Theorem IV.2 holds for the outputs above, with sigma = 1. *)
Theorem output_uncorrelated : uncorrelated square_summable product 1 output.
Proof.
  assert (H0 : summable (output 0)).
  { apply (summable_le _ (fun k => (/ 2) ^ Z.abs_nat k)); [|apply summable_geometric; lra].
    intros k. unfold output. destruct (Z.eqb_spec 0 k) as [<-|_].
    - simpl. rewrite Rabs_R1. lra.
    - rewrite Rabs_R0. apply pow_le. lra. }
  assert (Ei : forall i, output i = fun k => output 0 (k + - i)%Z).
  { intros i. apply functional_extensionality. intros k. unfold output.
    destruct (Z.eqb_spec i k), (Z.eqb_spec 0 (k + - i)); auto; lia. }
  assert (Es : sumZ (output 0) = 1).
  { unfold sumZ. rewrite (Series_incr_1 _ (proj1 H0)). rewrite !Series_zero by reflexivity.
    unfold output. simpl. ring. }
  assert (Esq : forall i j k, output i k * output j k = if Z.eqb i j then output i k else 0).
  { intros i j k. unfold output. destruct (Z.eqb_spec i k), (Z.eqb_spec j k), (Z.eqb_spec i j);
      subst; try lia; try ring. }
  split; [exact product_covariance|]. split.
  - intros i. unfold square_summable. replace (fun k => output i k ^ 2) with (output i).
    + rewrite Ei. apply sumZ_shift, H0.
    + apply functional_extensionality. intros k. unfold output. destruct Z.eqb; ring.
  - intros i j. unfold product. rewrite (sumZ_ext _ _ (Esq i j)). destruct (Z.eqb i j).
    + rewrite Ei. rewrite (proj2 (sumZ_shift _ (- i) H0)), Es. ring.
    + unfold sumZ. rewrite !Series_zero by auto. ring.
Qed.

(* The inverse of 1 + 2K B. *)

Definition root (K : nat) : R :=
  let t := (3 + 4 * INR K) / (2 * INR K) in - / (t + sqrt (t ^ 2 - 1)).

Definition kernel (K : nat) (k : Z) : R :=
  / (1 + 4 / 3 * INR K + 2 / 3 * INR K * root K) * root K ^ Z.abs_nat k.

Lemma root_spec K : (1 <= K)%nat ->
  - / 2 <= root K <= 0 /\ INR K * (root K ^ 2 + 1) + (3 + 4 * INR K) * root K = 0.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. unfold root.
  set (t := (3 + 4 * INR K) / (2 * INR K)).
  assert (Et : 3 + 4 * INR K = 2 * INR K * t) by (unfold t; field; lra).
  assert (Ht : 2 <= t) by nra.
  set (s := sqrt (t ^ 2 - 1)). assert (Hs : 0 <= s) by apply sqrt_pos.
  assert (Es : s * s = t ^ 2 - 1) by (apply sqrt_sqrt; nra).
  assert (Hr : 0 < / (t + s) <= / 2).
  { split; [apply Rinv_0_lt_compat | apply Rinv_le_contravar]; lra. }
  split; [lra|]. rewrite Et.
  apply Rmult_eq_reg_r with ((t + s) * (t + s)); [|nra].
  replace ((INR K * ((- / (t + s)) ^ 2 + 1) + 2 * INR K * t * - / (t + s)) * ((t + s) * (t + s)))
    with (INR K * (1 + s * s - t ^ 2)) by (field; lra).
  rewrite Es. ring.
Qed.

Lemma kernel_inverse K x : (1 <= K)%nat -> normal K (kernel K) x = output 0 x.
Proof.
  intros HK. pose proof (INR_ge_1 K HK) as HX. destruct (root_spec K HK) as [Hr Er].
  set (r := root K) in *. assert (Hd : 0 < 1 + 4 / 3 * INR K + 2 / 3 * INR K * r) by nra.
  unfold normal, B, kernel, output. fold r.
  set (a := / (1 + 4 / 3 * INR K + 2 / 3 * INR K * r)).
  destruct (Z.eqb_spec 0 x) as [<-|Hx].
  - simpl. unfold a. field. nra.
  - set (n := (Z.abs_nat x - 1)%nat).
    assert (E : a * r ^ Z.abs_nat (x - 1) + a * r ^ Z.abs_nat (x + 1) = a * r ^ n * (1 + r ^ 2)).
    { destruct (Z.lt_ge_cases 0 x).
      - replace (Z.abs_nat (x - 1)) with n by lia.
        replace (Z.abs_nat (x + 1)) with (S (S n)) by lia.
        simpl. ring.
      - replace (Z.abs_nat (x - 1)) with (S (S n)) by lia.
        replace (Z.abs_nat (x + 1)) with n by lia.
        simpl. ring. }
    replace (Z.abs_nat x) with (S n) by lia. simpl (r ^ S n).
    transitivity (a * r ^ n / 3 * (INR K * (r ^ 2 + 1) + (3 + 4 * INR K) * r)); [|rewrite Er; ring].
    replace (a * r ^ n / 3 * (INR K * (r ^ 2 + 1) + (3 + 4 * INR K) * r))
      with (INR K / 3 * (a * r ^ n * (1 + r ^ 2)) + a * (r * r ^ n) * (1 + 4 / 3 * INR K)) by field.
    rewrite <- E. field.
Qed.

(* f_K of `continuous` for these outputs. *)
Definition continuous_output (K : nat) (x omega : Z) : R :=
  solution K (fun k => kernel K (k - omega)) x.

(* It is an f_K of `continuous` in the sense of Theorem IV.2. *)
Theorem continuous_output_process K : (1 <= K)%nat ->
  continuous_process square_summable product K output (continuous_output K).
Proof.
  intros HK. destruct (root_spec K HK) as [Hr _].
  set (P := fun x omega => kernel K (x - omega)).
  assert (Hk : summable (fun k => kernel K k ^ 2)).
  { unfold kernel. set (a := / (1 + _ + _)).
    replace (fun k => (a * root K ^ Z.abs_nat k) ^ 2)
      with (fun k => a ^ 2 * (root K ^ 2) ^ Z.abs_nat k).
    - apply summable_scal, summable_geometric. split; [apply pow2_ge_0 | nra].
    - apply functional_extensionality. intros k. rewrite Rpow_mult_distr, <- !pow_mult.
      f_equal. f_equal. lia. }
  assert (EP : forall x, (fun omega => P x omega ^ 2)
    = fun omega => (fun k => kernel K k ^ 2) (omega + - x)%Z).
  { intros x. apply functional_extensionality. intros omega. unfold P, kernel.
    do 3 f_equal. lia. }
  assert (HP : forall x, square_summable (P x)).
  { intros x. unfold square_summable. rewrite EP. apply (sumZ_shift _ (- x) Hk). }
  destruct (run_bounded _ _ _ product_covariance _ (filter_solution K)) as [c [_ Hc]].
  split; [|split].
  - intros x. apply (run_L2 _ _ _ product_covariance (solution K) P x (filter_solution K) HP).
  - exists (c * sumZ (fun k => kernel K k ^ 2)). apply (Hc P); auto. intros x. apply Req_le.
    unfold product. rewrite (sumZ_ext _ (fun omega => P x omega ^ 2)) by (intros; ring).
    rewrite EP. apply (sumZ_shift _ (- x) Hk).
  - intros omega. replace (fun x => output x omega) with (normal K (fun k => kernel K (k - omega))).
    + apply solution_solves.
    + apply functional_extensionality. intros x.
      change (fun k => kernel K (k - omega)) with (shift (- omega) (kernel K)).
      rewrite filter_comm_shift, kernel_inverse by auto using filter_normal.
      unfold output. destruct (Z.eqb_spec 0 (x + - omega)), (Z.eqb_spec x omega); auto; lia.
Qed.

(* Sharp: Theorem IV.2's lower bound for `continuous` holds neither from K = 9 nor only from K = 11
   on. *)
Theorem V_lower_continuous_sharp : exists Omega L2 cov sigma (Y : Z -> Omega -> R), sigma <> 0 /\
  uncorrelated L2 cov sigma Y /\
  (exists fK, continuous_process L2 cov 9 Y fK /\
    forall x, cov (fK x) (fK x) < 4 ^ 2 * sigma ^ 2 / INR 9 ^ 2) /\
  (exists fK, continuous_process L2 cov 10 Y fK /\
    forall x, 4 ^ 2 * sigma ^ 2 / INR 10 ^ 2 <= cov (fK x) (fK x)).
Proof.
  exists Z, square_summable, product, 1, output.
  pose proof output_uncorrelated as HY. split; [lra|]. split; auto. split.
  - exists (continuous_output 9). pose proof (continuous_output_process 9 ltac:(lia)) as HG.
    split; auto. intros x. apply Rnot_le_lt. intros C.
    apply (V_lower_continuous _ _ _ _ _ _ 9 x HY HG) in C; [lia|lra|lia].
  - exists (continuous_output 10). pose proof (continuous_output_process 10 ltac:(lia)) as HG.
    split; auto. intros x. apply (V_lower_continuous _ _ _ _ _ _ 10 x HY HG); [lra|lia..].
Qed.
