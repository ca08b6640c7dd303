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
  cov_scal : forall c X Z, L2 X -> L2 Z -> cov (fun omega => c * X omega) Z = c * cov X Z }.

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

(* Theorem IV.2: Var(f_K(x_i)) = sigma^2 V_K, with V_K the sum of the squared taps, in every reading
   that is a mixture. *)
Theorem iid_variance_mixture (M : mixture) Omega L2 cov sigma (Y : Z -> Omega -> R) K x :
  uncorrelated L2 cov sigma Y ->
  let fK := fun omega => mix M K (fun i => Y i omega) x in
  cov fK fK = sigma ^ 2 * V M K.
Proof.
  intros (HC & HL & Hcov) fK.
  set (X k omega := tap M K k * Y (x + k)%Z omega).
  assert (EX : fK = fun omega => lags K (fun k => X k omega))
    by (apply functional_extensionality; intros; apply taps).
  assert (HX : forall k, L2 (X k)) by (intros; apply (L2_scal _ _ HC); auto).
  assert (HK : L2 fK) by (rewrite EX; apply (cov_lags _ _ _ HC K X (Y 0%Z)); auto).
  assert (E : forall k, (k = 0 \/ Z.abs k < Z.of_nat K)%Z ->
    cov fK (Y (x + k)%Z) = tap M K k * sigma ^ 2).
  { intros k Hk. rewrite EX. rewrite (proj2 (cov_lags _ _ _ HC K X _ HX (HL _))).
    rewrite <- (lags_one K k (fun j => tap M K j * sigma ^ 2)) by auto.
    apply lags_ext. intros j _. unfold X. rewrite (cov_scal _ _ HC), Hcov; auto.
    destruct (Z.eqb_spec (x + j) (x + k)), (Z.eqb_spec j k); try lia; ring. }
  rewrite EX at 1. rewrite (proj2 (cov_lags _ _ _ HC K X _ HX HK)). unfold V.
  rewrite <- lags_scal. apply lags_ext. intros k Hk. unfold X.
  rewrite (cov_scal _ _ HC), (cov_sym _ _ HC), E; auto. ring.
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
