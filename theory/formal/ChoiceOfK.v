(* Choosing K: Definition IV.1's bias, which the data give, estimates the risk without bias once
   corrected for the noise that f_K shares with the data (Mallows' C_p; not in the paper). *)

From Coq Require Import Reals ZArith FunctionalExtensionality Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer Equation3 Blocks.
Open Scope R_scope.

(* Random variables are functions of an outcome omega; an expectation is a linear functional E on a
   space L1 of them, with E 1 = 1. *)
Record expectation_functional {Omega : Type} (L1 : (Omega -> R) -> Prop)
    (E : (Omega -> R) -> R) : Prop := {
  L1_one : L1 (fun _ => 1);
  L1_plus : forall X Z, L1 X -> L1 Z -> L1 (fun omega => X omega + Z omega);
  L1_scal : forall c X, L1 X -> L1 (fun omega => c * X omega);
  E_one : E (fun _ => 1) = 1;
  E_plus : forall X Z, L1 X -> L1 Z -> E (fun omega => X omega + Z omega) = E X + E Z;
  E_scal : forall c X, L1 X -> E (fun omega => c * X omega) = c * E X }.

(* Noise on Z/nZ: errors e_i of mean 0 and variance sigma^2, uncorrelated for different points of
   the cycle. *)
Definition noise {Omega : Type} (L1 : (Omega -> R) -> Prop) (E : (Omega -> R) -> R)
    (n : nat) (sigma : R) (e : Z -> Omega -> R) : Prop :=
  expectation_functional L1 E /\ (forall i, L1 (e i) /\ E (e i) = 0) /\
  forall i j, L1 (fun omega => e i omega * e j omega) /\
    E (fun omega => e i omega * e j omega)
    = if Z.eqb (i mod Z.of_nat n) (j mod Z.of_nat n) then sigma ^ 2 else 0.

(* The weight of y_x itself in f_K(x) on Z/nZ: the taps at the multiples of n. *)
Definition own_weight (M : mixture) (n K : nat) : R :=
  lags K (fun k => if Z.eqb (k mod Z.of_nat n) 0 then tap M K k else 0).

Section Choice.

Variables (Omega : Type) (L1 : (Omega -> R) -> Prop) (E : (Omega -> R) -> R).
Variables (n : nat) (sigma : R) (e : Z -> Omega -> R).
Hypothesis He : noise L1 E n sigma e.

Let HE : expectation_functional L1 E := proj1 He.

Lemma E_const c : L1 (fun _ => c) /\ E (fun _ => c) = c.
Proof.
  replace (fun _ : Omega => c) with (fun _ : Omega => c * 1)
    by (apply functional_extensionality; intros; ring).
  split; [apply (L1_scal _ _ HE), (L1_one _ _ HE)|].
  rewrite (E_scal _ _ HE), (E_one _ _ HE) by apply (L1_one _ _ HE). ring.
Qed.

Lemma E_linear a b X Z : L1 X -> L1 Z ->
  L1 (fun omega => a * X omega + b * Z omega) /\
  E (fun omega => a * X omega + b * Z omega) = a * E X + b * E Z.
Proof.
  intros HX HZ. split; [apply (L1_plus _ _ HE); apply (L1_scal _ _ HE); auto|].
  rewrite (E_plus _ _ HE), !(E_scal _ _ HE) by (auto; apply (L1_scal _ _ HE); auto). reflexivity.
Qed.

Lemma E_sum m (X : nat -> Omega -> R) : (forall i, L1 (X i)) ->
  L1 (fun omega => sum m (fun i => X i omega)) /\
  E (fun omega => sum m (fun i => X i omega)) = sum m (fun i => E (X i)).
Proof.
  intros HX. induction m as [|m [IH1 IH2]]; simpl; [apply E_const|].
  split; [apply (L1_plus _ _ HE _ _ IH1), HX|].
  rewrite (E_plus _ _ HE (fun omega => sum m (fun i => X i omega))), IH2; auto.
Qed.

Lemma E_lags K (X : Z -> Omega -> R) : (forall k, L1 (X k)) ->
  L1 (fun omega => lags K (fun k => X k omega)) /\
  E (fun omega => lags K (fun k => X k omega)) = lags K (fun k => E (X k)).
Proof.
  intros HX. unfold lags.
  set (X' i omega := X (Z.of_nat (S i)) omega + X (- Z.of_nat (S i))%Z omega).
  assert (HX' : forall i, L1 (X' i)) by (intros; apply (L1_plus _ _ HE); auto).
  destruct (E_sum (K - 1) X' HX') as [H1 H2]. split.
  - apply (L1_plus _ _ HE (X 0%Z) (fun omega => sum (K - 1) (fun i => X' i omega))); auto.
  - transitivity (E (X 0%Z) + E (fun omega => sum (K - 1) (fun i => X' i omega)));
      [apply (E_plus _ _ HE (X 0%Z)); auto|]. rewrite H2.
    f_equal. apply sum_ext. intros. apply (E_plus _ _ HE); auto.
Qed.

Variables (M : mixture) (K : nat) (s : signal).

(* The data, f_K of them, and the noise in f_K. *)
Let y (omega : Omega) : signal := fun i => s i + e i omega.
Let g (omega : Omega) : signal := mix M K (y omega).
Let P (x : Z) (omega : Omega) : R := lags K (fun k => tap M K k * e (x + k)%Z omega).

Lemma g_split omega x : g omega x = mix M K s x + P x omega.
Proof.
  unfold g, y, P. rewrite !taps, <- lags_plus. apply lags_ext. intros; ring.
Qed.

Lemma E_P_e x j : L1 (fun omega => P x omega * e j omega) /\
  E (fun omega => P x omega * e j omega) = sigma ^ 2 *
    lags K (fun k => if Z.eqb ((x + k) mod Z.of_nat n) (j mod Z.of_nat n) then tap M K k else 0).
Proof.
  pose proof (proj2 (proj2 He)) as Hee.
  set (X k omega := tap M K k * (e (x + k)%Z omega * e j omega)).
  replace (fun omega => P x omega * e j omega) with (fun omega => lags K (fun k => X k omega)).
  - destruct (E_lags K X) as [H1 H2]; [intros; apply (L1_scal _ _ HE), Hee|].
    split; [exact H1|]. rewrite H2, <- lags_scal. apply lags_ext. intros k _. unfold X.
    rewrite (E_scal _ _ HE) by apply Hee. rewrite (proj2 (Hee _ _)). destruct Z.eqb; ring.
  - apply functional_extensionality. intros omega. rewrite Rmult_comm. unfold P.
    rewrite <- lags_scal. apply lags_ext. intros. unfold X. ring.
Qed.

Lemma L1_P_P x : L1 (fun omega => P x omega * P x omega).
Proof.
  set (X k omega := tap M K k * (P x omega * e (x + k)%Z omega)).
  replace (fun omega => P x omega * P x omega) with (fun omega => lags K (fun k => X k omega)).
  - apply E_lags. intros. apply (L1_scal _ _ HE), E_P_e.
  - apply functional_extensionality. intros omega. unfold P at 2. rewrite <- lags_scal.
    apply lags_ext. intros. unfold X. ring.
Qed.

Lemma L1_P x : L1 (P x).
Proof.
  pose proof (proj1 (proj2 He)) as He1.
  apply (E_lags K (fun k omega => tap M K k * e (x + k)%Z omega)).
  intros. apply (L1_scal _ _ HE), He1.
Qed.

(* At one point. *)
Lemma choice_at x :
  L1 (fun omega => (g omega x - s x) ^ 2) /\ L1 (fun omega => (g omega x - y omega x) ^ 2) /\
  E (fun omega => (g omega x - y omega x) ^ 2)
  = E (fun omega => (g omega x - s x) ^ 2) + (sigma ^ 2 - 2 * sigma ^ 2 * own_weight M n K).
Proof.
  pose proof (proj2 He) as [He1 Hee]. set (b := mix M K s x - s x).
  assert (HS : L1 (fun omega => (g omega x - s x) ^ 2)).
  { replace (fun omega => _) with (fun omega => b ^ 2 + ((2 * b) * P x omega
      + 1 * (P x omega * P x omega))).
    - apply (L1_plus _ _ HE (fun _ => b ^ 2)); [apply E_const|]. apply E_linear; [apply L1_P|].
      apply L1_P_P.
    - apply functional_extensionality. intros. rewrite g_split. unfold b. ring. }
  set (X omega := -2 * (b * e x omega + 1 * (P x omega * e x omega))
    + 1 * (e x omega * e x omega)).
  assert (HX : L1 (fun omega => b * e x omega + 1 * (P x omega * e x omega)) /\
    E (fun omega => b * e x omega + 1 * (P x omega * e x omega))
    = sigma ^ 2 * own_weight M n K).
  { destruct (E_linear b 1 (e x) (fun omega => P x omega * e x omega)) as [H1 H2];
      [apply He1 | apply E_P_e|]. split; [exact H1|].
    rewrite H2, (proj2 (He1 x)), (proj2 (E_P_e x x)). unfold own_weight.
    rewrite Rmult_0_r, Rplus_0_l, Rmult_1_l. f_equal. apply lags_ext. intros k _.
    assert (Q : Z.eqb ((x + k) mod Z.of_nat n) (x mod Z.of_nat n) = Z.eqb (k mod Z.of_nat n) 0).
    { destruct (Nat.eq_dec n 0) as [->|Hn].
      - rewrite !Zmod_0_r. destruct (Z.eqb_spec (x + k) x), (Z.eqb_spec k 0); auto; lia.
      - apply Bool.eq_iff_eq_true. rewrite !Z.eqb_eq. split; intros Q.
        + replace k with (x + k - x)%Z by lia. rewrite Zminus_mod, Q, Z.sub_diag.
          apply Zmod_0_l.
        + rewrite Zplus_mod, Q, Z.add_0_r, Zmod_mod. reflexivity. }
    rewrite Q. reflexivity. }
  assert (HX' : L1 X /\ E X = sigma ^ 2 - 2 * sigma ^ 2 * own_weight M n K).
  { destruct (E_linear (-2) 1 (fun omega => b * e x omega + 1 * (P x omega * e x omega))
      (fun omega => e x omega * e x omega)) as [H1 H2]; [apply HX | apply Hee|].
    split; [exact H1|]. unfold X. rewrite H2, (proj2 HX), (proj2 (Hee x x)), Z.eqb_refl. ring. }
  replace (fun omega => (g omega x - y omega x) ^ 2)
    with (fun omega => (g omega x - s x) ^ 2 + X omega).
  - split; [exact HS|]. split; [apply (L1_plus _ _ HE); [exact HS | apply HX']|].
    rewrite (E_plus _ _ HE), (proj2 HX'); [reflexivity | exact HS | apply HX'].
  - apply functional_extensionality. intros. unfold X. rewrite g_split. unfold y, b. ring.
Qed.

End Choice.

(* For data y = s + e with such noise, Definition IV.1's Bias^2 of f_K, which needs y alone,
   corrected by 2 sigma^2 c_0 - sigma^2 with c_0 the weight of y_x in f_K(x), has the expectation of
   the risk, the mean squared distance of f_K to the unknown s.  In every reading that is a
   mixture. *)
Theorem choice_of_K Omega L1 E n sigma (e : Z -> Omega -> R) M K s :
  noise L1 E n sigma e -> (1 <= n)%nat ->
  let y omega := fun i => s i + e i omega in
  E (fun omega => Bias2 n (mix M K (y omega)) (y omega))
    + 2 * sigma ^ 2 * own_weight M n K - sigma ^ 2
  = E (fun omega => mean n (fun x => (mix M K (y omega) x - s x) ^ 2)).
Proof.
  intros He Hn y. pose proof (INR_pos n Hn).
  pose proof (choice_at Omega L1 E n sigma e He M K s) as C.
  assert (Em : forall X : Z -> Omega -> R, (forall x, L1 (X x)) ->
    E (fun omega => mean n (fun x => X x omega)) = mean n (fun x => E (X x))).
  { intros X HX. unfold mean. destruct (E_sum Omega L1 E n sigma e He n
      (fun i => X (Z.of_nat i))) as [H1 H2]; [intros; apply HX|].
    rewrite (E_scal _ _ (proj1 He)), H2; auto. }
  unfold Bias2. rewrite !Em by apply C. unfold mean.
  rewrite (sum_ext n _ (fun i =>
    E (fun omega => (mix M K (y omega) (Z.of_nat i) - s (Z.of_nat i)) ^ 2)
    + (sigma ^ 2 - 2 * sigma ^ 2 * own_weight M n K))) by (intros; apply C).
  rewrite sum_plus, sum_const. field. lra.
Qed.

(* Up to K = n the weight of y_x in f_K(x) is the tap at lag 0. *)
Theorem own_weight_short M n K : (1 <= K <= n)%nat -> own_weight M n K = tap M K 0.
Proof.
  intros HK. unfold own_weight. rewrite <- (lags_one K 0 (tap M K)) by lia. apply lags_ext.
  intros k Hk. destruct (Z.eqb_spec k 0) as [->|Hk0]; [rewrite Zmod_0_l; reflexivity|].
  destruct (Z.eqb_spec (k mod Z.of_nat n) 0) as [Q|]; auto.
  apply Z.mod_divide in Q; [|lia]. apply Z.divide_abs_r, Z.divide_pos_le in Q; lia.
Qed.

(* For f_K as printed in Eq. (3): add 8 sigma^2 / (K+3) to the bias. *)
Corollary choice_of_K_counting Omega L1 E n sigma (e : Z -> Omega -> R) K s :
  noise L1 E n sigma e -> (1 <= K <= n)%nat ->
  let y omega := fun i => s i + e i omega in
  E (fun omega => Bias2 n (f K (y omega)) (y omega)) + 8 * sigma ^ 2 / (INR K + 3) - sigma ^ 2
  = E (fun omega => mean n (fun x => (f K (y omega) x - s x) ^ 2)).
Proof.
  intros He HK y. pose proof (INR_pos K ltac:(lia)).
  replace (f K) with (mix counting K)
    by (do 2 (apply functional_extensionality; intros); symmetry; apply f_is_counting).
  pose proof (choice_of_K Omega L1 E n sigma e counting K s He ltac:(lia)) as C.
  cbv zeta in C. fold y in C. rewrite <- C.
  rewrite own_weight_short, tap_counting_0 by lia. field. lra.
Qed.

(* For `density`: add 2 sigma^2 H_K / K. *)
Corollary choice_of_K_density Omega L1 E n sigma (e : Z -> Omega -> R) K s :
  noise L1 E n sigma e -> (1 <= K <= n)%nat ->
  let y omega := fun i => s i + e i omega in
  E (fun omega => Bias2 n (mix density K (y omega)) (y omega))
    + 2 * sigma ^ 2 * H K / INR K - sigma ^ 2
  = E (fun omega => mean n (fun x => (mix density K (y omega) x - s x) ^ 2)).
Proof.
  intros He HK y. pose proof (INR_pos K ltac:(lia)) as HK1.
  pose proof (choice_of_K Omega L1 E n sigma e density K s He ltac:(lia)) as C.
  cbv zeta in C. fold y in C. rewrite <- C.
  rewrite own_weight_short by lia. unfold tap. simpl (if Z.eqb 0 0 then _ else _).
  rewrite (sum_ext K _ (fun i => / INR (S i))) by (intros; rewrite D_0; apply Rmult_1_r).
  fold (H K). simpl norm. field. lra.
Qed.

(* Sharp: no multiple of sigma^2 c_0 but twice it. *)
Theorem choice_of_K_sharp Omega L1 E n sigma (e : Z -> Omega -> R) M K s a :
  noise L1 E n sigma e -> reading M -> (1 <= K <= n)%nat -> sigma <> 0 ->
  let y omega := fun i => s i + e i omega in
  E (fun omega => Bias2 n (mix M K (y omega)) (y omega))
    + a * sigma ^ 2 * own_weight M n K - sigma ^ 2
  = E (fun omega => mean n (fun x => (mix M K (y omega) x - s x) ^ 2)) <-> a = 2.
Proof.
  intros He HM HK Hs y. pose proof (choice_of_K Omega L1 E n sigma e M K s He ltac:(lia)) as C.
  cbv zeta in C. fold y in C. split; [|intros ->; exact C]. intros Ca.
  assert (Hp : 0 < own_weight M n K).
  { rewrite own_weight_short by lia. destruct (reading_pos M K) as (Hc & _ & HN); auto; [lia|].
    apply Rdiv_lt_0_compat; auto. apply Rplus_le_lt_0_compat; [exact Hc|].
    destruct K as [|K]; [lia|]. cbn [sum]. apply Rplus_le_lt_0_compat.
    - apply sum_nonneg. intros i Hi. rewrite D_0.
      destruct (reading_pos M (S i) HM ltac:(lia)). lra.
    - rewrite D_0. destruct (reading_pos M (S K) HM ltac:(lia)). lra. }
  assert (0 < sigma ^ 2) by (replace (sigma ^ 2) with (Rsqr sigma)
    by (unfold Rsqr; ring); apply Rsqr_pos_lt; auto).
  apply (Rmult_eq_reg_r (sigma ^ 2 * own_weight M n K)); [lra|].
  apply Rgt_not_eq, Rmult_lt_0_compat; lra.
Qed.

(* The assumptions are not empty: such noise exists, here with 2n outcomes, a sign and a place. *)
Theorem noise_exists n sigma : (1 <= n)%nat ->
  exists Omega L1 E (e : Z -> Omega -> R), noise L1 E n sigma e.
Proof.
  intros Hn. pose proof (INR_pos n Hn).
  set (same i j := if Z.eqb (i mod Z.of_nat n) (j mod Z.of_nat n) then 1 else 0).
  exists (bool * Z)%type, (fun _ => True), (fun X => / INR n * sum n (fun l =>
    (X (true, Z.of_nat l) + X (false, Z.of_nat l)) / 2)),
    (fun i (bj : bool * Z) => (if fst bj then 1 else -1) * sigma * sqrt (INR n) * same i (snd bj)).
  split; [split; auto|split].
  - rewrite (sum_ext n _ (fun _ => 1)) by (intros; field). rewrite sum_const. field. lra.
  - intros X Z _ _. rewrite <- Rmult_plus_distr_l, <- sum_plus. f_equal. apply sum_ext.
    intros. field.
  - intros c X _. rewrite <- Rmult_assoc, (Rmult_comm c), Rmult_assoc. f_equal.
    rewrite <- sum_scal. apply sum_ext. intros. field.
  - intros i. split; [exact I|]. rewrite sum_zero; [ring|]. intros. simpl. field.
  - intros i j. split; [exact I|]. set (l0 := Z.to_nat (i mod Z.of_nat n)).
    assert (Hl : (0 <= i mod Z.of_nat n < Z.of_nat n)%Z) by (apply Z.mod_pos_bound; lia).
    rewrite (sum_ext n _ (fun l => if Nat.eqb l l0 then
      INR n * (if Z.eqb (i mod Z.of_nat n) (j mod Z.of_nat n) then sigma ^ 2 else 0) else 0)).
    + rewrite sum_single by (unfold l0; lia). field. lra.
    + intros l Hl'. simpl. set (r := sqrt (INR n)).
      replace (INR n) with (r * r) by (apply sqrt_sqrt; lra).
      unfold same. rewrite (Z.mod_small (Z.of_nat l)) by lia.
      destruct (Nat.eqb_spec l l0) as [->|Hne].
      * unfold l0. rewrite Z2Nat.id, Z.eqb_refl, (Z.eqb_sym (j mod _)) by lia.
        destruct Z.eqb; field.
      * destruct (Z.eqb_spec (i mod Z.of_nat n) (Z.of_nat l)) as [Q|]; [|field].
        exfalso. apply Hne. unfold l0. rewrite Q, Nat2Z.id. reflexivity.
Qed.
