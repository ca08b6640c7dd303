(* What the proofs of Section III need: integrals over the gaps between the inputs. *)

From Coq Require Import Reals Arith Bool List Permutation Lia Lra.
From Coquelicot Require Import Coquelicot.
From LocalMixup Require Import Sums Criterion.
Import ListNotations.
Open Scope R_scope.

(* Sums. *)

Lemma sum_pairs n a : sum n (fun i => sum n (fun j => a i j))
  = sum n (fun i => a i i) + sum n (fun i => sum n (fun j => if i <? j then a i j + a j i else 0)).
Proof.
  induction n as [|n IH]; [simpl; lra|]. cbn [sum].
  rewrite !sum_plus, IH, (sum_zero n (fun j => if n <? j then _ else _)).
  2: { intros j Hj. destruct (Nat.ltb_spec n j); auto; lia. }
  rewrite Nat.ltb_irrefl, (sum_ext n (fun i => if i <? n then _ else _) (fun i => a i n + a n i)).
  2: { intros j Hj. destruct (Nat.ltb_spec j n); auto; lia. }
  rewrite sum_plus. change (sum n (a n)) with (sum n (fun j => a n j)). lra.
Qed.

(* Integrals. *)

Lemma is_RInt_constant a b c : is_RInt (fun _ => c) a b ((b - a) * c).
Proof. exact (is_RInt_const (V := R_NormedModule) a b c). Qed.

Lemma is_RInt_zero a b : is_RInt (fun _ => 0) a b 0.
Proof. generalize (is_RInt_constant a b 0). rewrite Rmult_0_r. auto. Qed.

Lemma is_RInt_RInt (g : R -> R) a b : ex_RInt g a b -> is_RInt g a b (RInt g a b).
Proof. exact (RInt_correct (V := R_CompleteNormedModule) g a b). Qed.

Lemma is_RInt_sum n (F : nat -> R -> R) a b l :
  (forall i, (i < n)%nat -> is_RInt (F i) a b (l i)) ->
  is_RInt (fun t => sum n (fun i => F i t)) a b (sum n l).
Proof.
  induction n as [|n IH]; intros E; simpl; [apply is_RInt_zero|].
  apply (is_RInt_plus (V := R_NormedModule)); auto.
Qed.

(* A value at one point does not matter. *)
Lemma is_RInt_except (g h : R -> R) a b c v : a <= b -> is_RInt g a b v ->
  (forall t, t <> c -> g t = h t) -> is_RInt h a b v.
Proof.
  intros Hab I E.
  assert (X : forall p q w, p <= q -> c <= p \/ q <= c -> is_RInt g p q w -> is_RInt h p q w).
  { intros p q w Hpq Hc. apply is_RInt_ext. rewrite Rmin_left, Rmax_right by lra.
    intros t Ht. apply E. lra. }
  destruct (Rle_or_lt c a); [apply X; auto|]. destruct (Rle_or_lt b c); [apply X; auto|].
  assert (E1 : ex_RInt g a c).
  { apply (ex_RInt_Chasles_1 (V := R_CompleteNormedModule) g _ _ b); [lra | eexists; exact I]. }
  assert (E2 : ex_RInt g c b).
  { apply (ex_RInt_Chasles_2 (V := R_CompleteNormedModule) g a); [lra | eexists; exact I]. }
  rewrite <- (is_RInt_unique _ _ _ _ I).
  rewrite <- (RInt_Chasles (V := R_CompleteNormedModule) g a c b E1 E2).
  apply (is_RInt_Chasles (V := R_NormedModule) h a c b); apply X; try lra; apply is_RInt_RInt; auto.
Qed.

Lemma is_RInt_square_affine a b u v : is_RInt (fun t => (a + b * t) ^ 2) u v
  (a ^ 2 * (v - u) + a * b * (v ^ 2 - u ^ 2) + b ^ 2 / 3 * (v ^ 3 - u ^ 3)).
Proof.
  set (P t := a ^ 2 * t + a * b * t ^ 2 + b ^ 2 / 3 * t ^ 3).
  replace (a ^ 2 * (v - u) + _ + _) with (minus (P v) (P u))
    by (unfold minus, plus, opp, P; simpl; field).
  apply (is_RInt_derive (V := R_CompleteNormedModule)); intros t _.
  - unfold P. auto_derive; [exact I | field].
  - apply (ex_derive_continuous (K := R_AbsRing) (V := R_NormedModule)). auto_derive. exact I.
Qed.

Lemma RInt_square_affine (h : R -> R) a b u v : u < v ->
  (forall t, u < t < v -> h t = (a + b * t) ^ 2) ->
  RInt h u v = a ^ 2 * (v - u) + a * b * (v ^ 2 - u ^ 2) + b ^ 2 / 3 * (v ^ 3 - u ^ 3).
Proof.
  intros Huv E. apply is_RInt_unique. generalize (is_RInt_square_affine a b u v).
  apply is_RInt_ext. rewrite Rmin_left, Rmax_right by lra. intros t Ht. symmetry. auto.
Qed.

(* A nonnegative function of integral 0 vanishes where it is continuous. *)
Lemma RInt_zero_continuous (h : R -> R) a b t : is_RInt h a b 0 ->
  (forall s, 0 <= h s) -> a < t < b -> continuity_pt h t -> h t = 0.
Proof.
  intros I P Ht C. destruct (Rle_lt_or_eq_dec 0 (h t) (P t)) as [H|H]; [exfalso|auto].
  destruct (C (h t / 2)) as [d [Hd C']]; [lra|].
  set (r := Rmin d (Rmin (t - a) (b - t)) / 2).
  assert (r <= d / 2 /\ r <= (t - a) / 2 /\ r <= (b - t) / 2 /\ 0 < r) as (R1 & R2 & R3 & R4).
  { unfold r. pose proof (Rmin_l d (Rmin (t - a) (b - t))).
    pose proof (Rmin_r d (Rmin (t - a) (b - t))). pose proof (Rmin_l (t - a) (b - t)).
    pose proof (Rmin_r (t - a) (b - t)).
    assert (0 < Rmin d (Rmin (t - a) (b - t))) by (repeat apply Rmin_glb_lt; lra). lra. }
  assert (E : ex_RInt h a b) by (eexists; exact I).
  assert (E1 : ex_RInt h a (t - r)).
  { apply (ex_RInt_Chasles_1 (V := R_CompleteNormedModule) h _ _ b); [lra | exact E]. }
  assert (E2 : ex_RInt h (t - r) b).
  { apply (ex_RInt_Chasles_2 (V := R_CompleteNormedModule) h a); [lra | exact E]. }
  assert (E3 : ex_RInt h (t - r) (t + r)).
  { apply (ex_RInt_Chasles_1 (V := R_CompleteNormedModule) h _ _ b); [lra | exact E2]. }
  assert (E4 : ex_RInt h (t + r) b).
  { apply (ex_RInt_Chasles_2 (V := R_CompleteNormedModule) h (t - r)); [lra | exact E2]. }
  pose proof (RInt_Chasles (V := R_CompleteNormedModule) h a (t - r) b E1 E2) as S1.
  pose proof (RInt_Chasles (V := R_CompleteNormedModule) h (t - r) (t + r) b E3 E4) as S2.
  rewrite (is_RInt_unique _ _ _ _ I), <- S2 in S1. unfold plus in S1; simpl in S1.
  assert (0 <= RInt h a (t - r)) by (apply RInt_ge_0; auto; lra).
  assert (0 <= RInt h (t + r) b) by (apply RInt_ge_0; auto; lra).
  assert ((t + r - (t - r)) * (h t / 2) <= RInt h (t - r) (t + r)).
  { apply (is_RInt_le (fun _ => h t / 2) h (t - r) (t + r)); [lra | | |].
    - apply is_RInt_constant.
    - apply is_RInt_RInt, E3.
    - intros s Hs. destruct (Req_dec s t) as [->|D]; [lra|].
      assert (Rabs (h s - h t) < h t / 2) as A.
      { apply (C' s). repeat split; auto. apply (Rabs_def1 (s - t) d); lra. }
      apply Rabs_def2 in A. lra. }
  assert (0 < (t + r - (t - r)) * (h t / 2)) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

Section Minimiser.

Variables (n : nat) (x y : nat -> R) (W : nat -> nat -> R).
Hypothesis ordered_inputs : ordered n x.
Hypothesis W_nonneg : forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= W i j.

Notation sum_covering := (sum_covering n).
Notation beta := (beta x W).
Notation segment := (segment x y).
Notation gap_weight := (gap_weight n x W).
Notation gap_mean := (gap_mean n x y W).
Notation f_star := (f_star n x y W).
Notation admissible := (admissible n x y W).

(* Sums over the pairs whose segments cover a gap. *)

Lemma covering_spec k i j : reflect (i <= k < j)%nat (covering k i j).
Proof. apply iff_reflect. unfold covering. rewrite andb_true_iff, Nat.leb_le, Nat.ltb_lt. lia. Qed.

Lemma covering_ext k g h :
  (forall i j, (i <= k < j)%nat -> (j < n)%nat -> g i j = h i j) ->
  sum_covering k g = sum_covering k h.
Proof.
  intros E. apply sum_ext; intros i Hi; apply sum_ext; intros j Hj.
  destruct (covering_spec k i j); auto.
Qed.

Lemma covering_plus k g h :
  sum_covering k (fun i j => g i j + h i j) = sum_covering k g + sum_covering k h.
Proof.
  unfold Criterion.sum_covering. rewrite <- sum_plus. apply sum_ext; intros i _.
  rewrite <- sum_plus. apply sum_ext; intros j _. destruct (covering k i j); ring.
Qed.

Lemma covering_scal k c g : sum_covering k (fun i j => c * g i j) = c * sum_covering k g.
Proof.
  unfold Criterion.sum_covering. rewrite <- sum_scal. apply sum_ext; intros i _.
  rewrite <- sum_scal. apply sum_ext; intros j _. destruct (covering k i j); ring.
Qed.

Lemma covering_nonneg k g : (forall i j, (i <= k < j)%nat -> (j < n)%nat -> 0 <= g i j) ->
  0 <= sum_covering k g.
Proof.
  intros P. apply sum_nonneg; intros i Hi; apply sum_nonneg; intros j Hj.
  destruct (covering_spec k i j); [auto | lra].
Qed.

Lemma covering_eq_0 k g : (forall i j, (i <= k < j)%nat -> (j < n)%nat -> 0 <= g i j) ->
  sum_covering k g = 0 -> forall i j, (i <= k < j)%nat -> (j < n)%nat -> g i j = 0.
Proof.
  intros P E i j Hk Hj.
  set (a := fun i j => if covering k i j then g i j else 0).
  assert (Pa : forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= a i j).
  { intros i' j' _ Hj'. unfold a. destruct (covering_spec k i' j'); [auto | lra]. }
  assert (Ea : a i j = 0).
  { apply (sum_eq_0 n (a i)); auto; [intros; apply Pa; auto; lia|].
    apply (sum_eq_0 n (fun i => sum n (a i))); auto; try lia.
    intros; apply sum_nonneg; auto. }
  unfold a in Ea. destruct (covering_spec k i j); [exact Ea | lia].
Qed.

(* The weights. *)

Lemma beta_nonneg k i j : (i <= k < j)%nat -> (j < n)%nat -> 0 <= beta i j.
Proof.
  intros H Hj. assert (x i < x j) by (apply ordered_inputs; lia).
  assert (0 <= W i j) by (apply W_nonneg; lia). assert (0 <= W j i) by (apply W_nonneg; lia).
  apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra].
Qed.

Lemma gap_weight_nonneg k : 0 <= gap_weight k.
Proof. apply covering_nonneg. exact (beta_nonneg k). Qed.

(* Squares around the weighted mean. *)
Lemma squares_over_gap k t v :
  sum_covering k (fun i j => beta i j * (segment i j t - v) ^ 2)
  = sum_covering k (fun i j => beta i j * (segment i j t - gap_mean k t) ^ 2)
    + gap_weight k * (gap_mean k t - v) ^ 2.
Proof.
  set (m := gap_mean k t).
  assert (E : sum_covering k (fun i j => beta i j * segment i j t) = gap_weight k * m).
  { destruct (Req_dec (gap_weight k) 0) as [Z|Z].
    - rewrite Z, (covering_ext k _ (fun i j => 0 * (beta i j * segment i j t))).
      + rewrite covering_scal. ring.
      + intros i j Hk Hj.
        rewrite (covering_eq_0 k beta (beta_nonneg k) Z i j Hk Hj). ring.
    - unfold m, Criterion.gap_mean. field. exact Z. }
  rewrite (covering_ext k _ (fun i j => beta i j * (segment i j t - m) ^ 2
    + (2 * (m - v) * (beta i j * segment i j t) + ((m - v) ^ 2 - 2 * (m - v) * m) * beta i j)))
    by (intros; ring).
  rewrite !covering_plus, !covering_scal, E. unfold Criterion.gap_weight. ring.
Qed.

Lemma covering_count_pos k : (S k < n)%nat -> 0 < sum_covering k (fun _ _ => 1).
Proof.
  intros Hk. assert (P : forall i j, (i <= k < j)%nat -> (j < n)%nat -> 0 <= 1) by (intros; lra).
  destruct (covering_nonneg k (fun _ _ => 1) P) as [H|Z]; [exact H|]. exfalso. apply R1_neq_R0.
  apply (covering_eq_0 k (fun _ _ => 1) P (eq_sym Z) k (S k)); lia.
Qed.

(* Equal weights: the mean without weights. *)
Lemma gap_mean_constant c k t : (S k < n)%nat -> c <> 0 ->
  (forall i j, (i <= k < j)%nat -> (j < n)%nat -> beta i j = c) ->
  gap_mean k t = sum_covering k (fun i j => segment i j t) / sum_covering k (fun _ _ => 1).
Proof.
  intros Hk Hc B. unfold Criterion.gap_mean, Criterion.gap_weight.
  rewrite (covering_ext k _ (fun i j => c * segment i j t)) by (intros; rewrite B; auto).
  rewrite (covering_ext k beta (fun i j => c * 1)) by (intros; rewrite B; auto; ring).
  rewrite !covering_scal. field. split; [|exact Hc].
  pose proof (covering_count_pos k Hk). lra.
Qed.

(* The minimiser at the inputs and over the gaps. *)

Lemma f_star_at_input k : (k < n)%nat -> f_star (x k) = y k.
Proof.
  intros Hk. unfold Criterion.f_star.
  assert (H : forall m, (k < m <= n)%nat -> f_star_below n x y W m (x k) = y k).
  { induction m as [|m IH]; [lia|]. intros Hm. simpl.
    destruct (Nat.eq_dec k m) as [->|]; [destruct Req_EM_T; congruence|].
    assert (x k < x m) by (apply ordered_inputs; lia).
    destruct Req_EM_T; [lra|]. destruct Rlt_dec; [lra|]. apply IH; lia. }
  apply H; lia.
Qed.

Lemma f_star_on_gap k t : (S k < n)%nat -> x k < t < x (S k) -> f_star t = gap_mean k t.
Proof.
  intros Hk Ht. unfold Criterion.f_star.
  assert (H : forall m, (k < m <= n)%nat -> f_star_below n x y W m t = gap_mean k t).
  { induction m as [|m IH]; [lia|]. intros Hm. simpl.
    destruct (Nat.eq_dec k m) as [->|].
    - destruct Req_EM_T; [lra|]. destruct Rlt_dec; [auto|lra].
    - assert (x (S k) <= x m).
      { destruct (Nat.eq_dec (S k) m) as [->|]; [lra|]. left. apply ordered_inputs; lia. }
      destruct Req_EM_T; [lra|]. destruct Rlt_dec; [lra|]. apply IH; lia. }
  apply H; lia.
Qed.

(* From lambda to the input: the error over a segment. *)

Definition error (f : R -> R) (i j : nat) (t : R) : R := (segment i j t - f t) ^ 2.

Lemma is_RInt_loss f i j (v : R) : x i <> x j -> is_RInt (loss x y f i j) 0 1 v ->
  is_RInt (error f i j) (x j) (x i) ((x i - x j) * v).
Proof.
  intros D I.
  pose proof (is_RInt_comp_lin (V := R_NormedModule) (loss x y f i j) (/ (x i - x j))
    (- x j / (x i - x j)) (x j) (x i) v) as C.
  replace (/ (x i - x j) * x j + - x j / (x i - x j)) with 0 in C by (field; lra).
  replace (/ (x i - x j) * x i + - x j / (x i - x j)) with 1 in C by (field; lra).
  specialize (C I). apply (is_RInt_scal (V := R_NormedModule) _ _ _ (x i - x j)) in C.
  revert C. apply is_RInt_ext. intros t _. unfold scal; simpl; unfold mult; simpl.
  unfold error, loss, virtual, Criterion.segment.
  replace ((/ (x i - x j) * t + - x j / (x i - x j)) * x i
    + (1 - (/ (x i - x j) * t + - x j / (x i - x j))) * x j) with t by (field; lra).
  field. lra.
Qed.

Lemma is_RInt_loss_inv f i j (v : R) : x i <> x j -> is_RInt (error f i j) (x j) (x i) v ->
  is_RInt (loss x y f i j) 0 1 (v / (x i - x j)).
Proof.
  intros D I.
  pose proof (is_RInt_comp_lin (V := R_NormedModule) (error f i j) (x i - x j) (x j) 0 1 v) as C.
  replace ((x i - x j) * 0 + x j) with (x j) in C by ring.
  replace ((x i - x j) * 1 + x j) with (x i) in C by ring.
  specialize (C I). apply (is_RInt_scal (V := R_NormedModule) _ _ _ (/ (x i - x j))) in C.
  unfold Rdiv. rewrite Rmult_comm.
  revert C. apply is_RInt_ext. intros t _. unfold scal; simpl; unfold mult; simpl.
  unfold error, loss, virtual, Criterion.segment.
  replace ((x i - x j) * t + x j) with (t * x i + (1 - t) * x j) by ring.
  field. lra.
Qed.

Lemma error_sym f i j t : x i <> x j -> error f i j t = error f j i t.
Proof. intros D. unfold error, Criterion.segment. f_equal. f_equal. field. lra. Qed.

Lemma pair_integral f i j : admissible f -> (i < j < n)%nat ->
  (W i j <> 0 -> is_RInt (error f i j) (x i) (x j) ((x j - x i) * RInt (loss x y f i j) 0 1)) /\
  (W j i <> 0 -> is_RInt (error f i j) (x i) (x j) ((x j - x i) * RInt (loss x y f j i) 0 1)).
Proof.
  intros Af Hij. assert (x i < x j) by (apply ordered_inputs; lia). split; intros Hw.
  - replace ((x j - x i) * _) with (opp ((x i - x j) * RInt (loss x y f i j) 0 1))
      by (unfold opp; simpl; ring).
    apply (is_RInt_swap (V := R_NormedModule)), is_RInt_loss; [lra|].
    apply is_RInt_RInt, Af; auto; lia.
  - apply (is_RInt_ext (error f j i)); [intros; apply error_sym; lra|].
    apply is_RInt_loss; [lra|]. apply is_RInt_RInt, Af; auto; lia.
Qed.

Lemma pair_sum f i j : admissible f -> (i < j < n)%nat ->
  W i j * RInt (loss x y f i j) 0 1 + W j i * RInt (loss x y f j i) 0 1
  = beta i j * RInt (error f i j) (x i) (x j).
Proof.
  intros Af Hij. assert (x i < x j) by (apply ordered_inputs; lia).
  destruct (pair_integral f i j Af Hij) as [I1 I2]. unfold Criterion.beta.
  destruct (Req_dec (W i j) 0) as [Z1|Z1], (Req_dec (W j i) 0) as [Z2|Z2].
  - rewrite Z1, Z2. field. lra.
  - rewrite (is_RInt_unique _ _ _ _ (I2 Z2)), Z1. field. lra.
  - rewrite (is_RInt_unique _ _ _ _ (I1 Z1)), Z2. field. lra.
  - pose proof (is_RInt_unique _ _ _ _ (I1 Z1)) as E1.
    pose proof (is_RInt_unique _ _ _ _ (I2 Z2)) as E2.
    rewrite E1 in E2. apply Rmult_eq_reg_l in E2; [|lra]. rewrite E1, <- E2. field. lra.
Qed.

Lemma ex_RInt_error f i j : admissible f -> (i < j < n)%nat -> beta i j <> 0 ->
  ex_RInt (error f i j) (x i) (x j).
Proof.
  intros Af Hij Hb. assert (x i < x j) by (apply ordered_inputs; lia).
  destruct (pair_integral f i j Af Hij) as [I1 I2].
  destruct (Req_dec (W i j) 0) as [Z1|Z1]; [|eexists; apply I1, Z1].
  destruct (Req_dec (W j i) 0) as [Z2|Z2]; [|eexists; apply I2, Z2].
  destruct Hb. unfold Criterion.beta. rewrite Z1, Z2. field. lra.
Qed.

(* Splitting at the inputs. *)

Lemma inputs_le i j : (i <= j < n)%nat -> x i <= x j.
Proof.
  intros H. destruct (Nat.eq_dec i j) as [->|]; [lra|]. left. apply ordered_inputs. lia.
Qed.

Lemma ex_RInt_gap (g : R -> R) i j k : (i <= k < j)%nat -> (j < n)%nat ->
  ex_RInt g (x i) (x j) -> ex_RInt g (x k) (x (S k)).
Proof.
  intros Hk Hj E. assert (x i <= x k) by (apply inputs_le; lia).
  assert (x k <= x (S k)) by (apply inputs_le; lia).
  assert (x (S k) <= x j) by (apply inputs_le; lia).
  apply (ex_RInt_Chasles_1 (V := R_CompleteNormedModule) g _ _ (x j)); [lra|].
  apply (ex_RInt_Chasles_2 (V := R_CompleteNormedModule) g (x i)); [lra|]. exact E.
Qed.

Lemma RInt_gaps (g : R -> R) i j : (i <= j < n)%nat -> ex_RInt g (x i) (x j) ->
  RInt g (x i) (x j) = sum n (fun k => if covering k i j then RInt g (x k) (x (S k)) else 0).
Proof.
  induction j as [|j IH]; intros Hij E.
  - replace i with O by lia. rewrite (RInt_point (V := R_CompleteNormedModule)).
    symmetry. apply sum_zero. intros k _. destruct (covering_spec k 0 0); [lia | auto].
  - destruct (Nat.eq_dec i (S j)) as [->|D].
    { rewrite (RInt_point (V := R_CompleteNormedModule)).
      symmetry. apply sum_zero. intros k _. destruct (covering_spec k (S j) (S j)); [lia | auto]. }
    assert (E1 : ex_RInt g (x i) (x j)).
    { apply (ex_RInt_Chasles_1 (V := R_CompleteNormedModule) g _ _ (x (S j))); auto.
      split; apply inputs_le; lia. }
    rewrite <- (RInt_Chasles (V := R_CompleteNormedModule) g (x i) (x j) (x (S j))); auto.
    2: apply (ex_RInt_gap g i (S j)); auto; lia.
    rewrite IH by (auto; lia). unfold plus; simpl.
    rewrite <- (sum_single n j (RInt g (x j) (x (S j)))) by lia.
    rewrite <- sum_plus. apply sum_ext; intros k Hk.
    destruct (covering_spec k i j), (covering_spec k i (S j)), (Nat.eqb_spec k j);
      subst; try lia; ring.
Qed.

Lemma ex_RInt_gaps (g : R -> R) i j : (i <= j < n)%nat ->
  (forall k, (S k < n)%nat -> ex_RInt g (x k) (x (S k))) -> ex_RInt g (x i) (x j).
Proof.
  induction j as [|j IH]; intros Hij E.
  - replace i with O by lia. apply ex_RInt_point.
  - destruct (Nat.eq_dec i (S j)) as [->|D]; [apply ex_RInt_point|].
    apply (ex_RInt_Chasles (V := R_NormedModule) g (x i) (x j)); [apply IH; auto; lia|].
    apply E; lia.
Qed.

(* n^2 times the criterion, gap by gap. *)

Definition gap_error (f : R -> R) (k : nat) : R :=
  sum_covering k (fun i j => beta i j * RInt (error f i j) (x k) (x (S k))).

Lemma RInt_self f i : is_RInt (loss x y f i i) 0 1 ((y i - f (x i)) ^ 2).
Proof.
  apply (is_RInt_ext (fun _ => (y i - f (x i)) ^ 2)).
  - intros t _. unfold loss, virtual. replace (t * y i + (1 - t) * y i) with (y i) by ring.
    replace (t * x i + (1 - t) * x i) with (x i) by ring. reflexivity.
  - generalize (is_RInt_constant 0 1 ((y i - f (x i)) ^ 2)). rewrite Rminus_0_r, Rmult_1_l. auto.
Qed.

Lemma criterion_by_gaps f : admissible f ->
  criterion n x y W f = / INR n ^ 2 *
    (sum n (fun i => W i i * (y i - f (x i)) ^ 2) + sum n (gap_error f)).
Proof.
  intros Af. unfold criterion. f_equal. rewrite sum_pairs. f_equal.
  - apply sum_ext; intros i _. rewrite (is_RInt_unique _ _ _ _ (RInt_self f i)). reflexivity.
  - unfold gap_error, Criterion.sum_covering.
    rewrite (sum_swap n n (fun k i => sum n _)). apply sum_ext; intros i Hi.
    rewrite (sum_swap n n). apply sum_ext; intros j Hj.
    destruct (Nat.ltb_spec i j).
    + rewrite pair_sum by (auto; lia). destruct (Req_dec (beta i j) 0) as [Z|Z].
      * rewrite Z, sum_zero; [ring|]. intros k _. destruct (covering k i j); ring.
      * rewrite RInt_gaps by (try apply ex_RInt_error; auto; lia).
        rewrite <- sum_scal. apply sum_ext; intros k _. destruct (covering k i j); ring.
    + symmetry. apply sum_zero; intros k _.
      destruct (covering_spec k i j); [lia | auto].
Qed.

(* Affine over a gap, and admissible. *)

Lemma segment_affine i j : exists a b, forall t, segment i j t = a + b * t.
Proof.
  exists (y i - x i / (x j - x i) * (y j - y i)), ((y j - y i) / (x j - x i)).
  intros t. unfold Criterion.segment, Rdiv. ring.
Qed.

Lemma gap_mean_affine k : exists a b, forall t, gap_mean k t = a + b * t.
Proof.
  set (b i j := (y j - y i) / (x j - x i)).
  exists (/ gap_weight k * sum_covering k (fun i j => beta i j * (y i - x i * b i j))),
    (/ gap_weight k * sum_covering k (fun i j => beta i j * b i j)).
  intros t. unfold Criterion.gap_mean.
  rewrite (covering_ext k _ (fun i j => beta i j * (y i - x i * b i j) + t * (beta i j * b i j)))
    by (intros; unfold Criterion.segment, b, Rdiv; ring).
  rewrite covering_plus, covering_scal. unfold Rdiv. ring.
Qed.

Lemma affine_admissible f :
  (forall k, (S k < n)%nat -> exists a b, forall t, x k < t < x (S k) -> f t = a + b * t) ->
  admissible f.
Proof.
  intros Hf i j Hi Hj _. destruct (Nat.eq_dec i j) as [->|D]; [eexists; apply RInt_self|].
  assert (E : forall k, (S k < n)%nat -> ex_RInt (error f i j) (x k) (x (S k))).
  { intros k Hk. destruct (segment_affine i j) as (a & b & E1), (Hf k Hk) as (c & d & E2).
    apply (ex_RInt_ext (fun t => (a - c + (b - d) * t) ^ 2));
      [|eexists; apply is_RInt_square_affine].
    assert (x k < x (S k)) by (apply ordered_inputs; lia).
    rewrite Rmin_left, Rmax_right by lra. intros t Ht. unfold error.
    rewrite E1, E2 by auto. f_equal. ring. }
  assert (Dx : x i <> x j).
  { destruct (Nat.lt_total i j) as [L|[L|L]]; [|lia|].
    - assert (x i < x j) by (apply ordered_inputs; lia). lra.
    - assert (x j < x i) by (apply ordered_inputs; lia). lra. }
  assert (I : ex_RInt (error f i j) (x j) (x i)).
  { destruct (Nat.le_ge_cases i j).
    - apply (ex_RInt_swap (V := R_NormedModule)). apply ex_RInt_gaps; auto; lia.
    - apply ex_RInt_gaps; auto; lia. }
  destruct I as [v I]. eexists. apply is_RInt_loss_inv; eauto.
Qed.

Lemma f_star_admissible : admissible f_star.
Proof.
  apply affine_admissible. intros k Hk. destruct (gap_mean_affine k) as (a & b & E).
  exists a, b. intros t Ht. rewrite (f_star_on_gap k t Hk Ht). apply E.
Qed.

(* The excess over a gap. *)
Lemma gap_excess f k : admissible f -> (S k < n)%nat ->
  is_RInt (fun t => gap_weight k * (f t - f_star t) ^ 2) (x k) (x (S k))
    (gap_error f k - gap_error f_star k).
Proof.
  intros Af Hk.
  assert (I : forall g, admissible g -> is_RInt (fun t => sum_covering k (fun i j =>
    beta i j * error g i j t)) (x k) (x (S k)) (gap_error g k)).
  { intros g Ag. apply is_RInt_sum; intros i Hi. apply is_RInt_sum; intros j Hj.
    destruct (covering_spec k i j); [|apply is_RInt_zero].
    destruct (Req_dec (beta i j) 0) as [Z|Z].
    - rewrite Z, Rmult_0_l. apply (is_RInt_ext (fun _ => 0)); [|apply is_RInt_zero].
      intros. symmetry. apply Rmult_0_l.
    - apply (is_RInt_scal (V := R_NormedModule)), is_RInt_RInt, (ex_RInt_gap _ i j k); auto.
      apply ex_RInt_error; auto; lia. }
  generalize (is_RInt_minus (V := R_NormedModule) _ _ _ _ _ _ (I f Af)
    (I f_star f_star_admissible)).
  apply is_RInt_ext. assert (x k < x (S k)) by (apply ordered_inputs; lia).
  rewrite Rmin_left, Rmax_right by lra. intros t Ht. unfold minus, plus, opp; simpl.
  unfold error. rewrite (f_star_on_gap k t) by auto.
  rewrite (squares_over_gap k t (f t)). simpl. ring.
Qed.

Lemma gap_error_last f k : S k = n -> gap_error f k = 0.
Proof.
  intros E. unfold gap_error. rewrite (covering_ext k _ (fun _ _ => 0 * 0)); [|intros; lia].
  rewrite (covering_scal k 0 (fun _ _ => 0)). ring.
Qed.

Lemma gap_excess_nonneg f k : admissible f -> (k < n)%nat ->
  0 <= gap_error f k - gap_error f_star k.
Proof.
  intros Af Hk. destruct (Nat.eq_dec (S k) n) as [E|D].
  - rewrite !gap_error_last by auto. lra.
  - apply (is_RInt_ge_0 (fun t => gap_weight k * (f t - f_star t) ^ 2) (x k) (x (S k))).
    + left. apply ordered_inputs. lia.
    + apply gap_excess; auto. lia.
    + intros t _. apply Rmult_le_pos; [apply gap_weight_nonneg | apply pow2_ge_0].
Qed.

(* The excess of the criterion over its minimum, in two nonnegative parts. *)
Lemma criterion_excess f : admissible f ->
  criterion n x y W f = criterion n x y W f_star + / INR n ^ 2 *
    (sum n (fun i => W i i * (f (x i) - y i) ^ 2)
     + sum n (fun k => gap_error f k - gap_error f_star k)).
Proof.
  intros Af. rewrite !criterion_by_gaps by (auto; apply f_star_admissible).
  rewrite <- Rmult_plus_distr_l. f_equal.
  rewrite (sum_zero n (fun i => W i i * (y i - f_star (x i)) ^ 2))
    by (intros; rewrite f_star_at_input by auto; ring).
  rewrite (sum_ext n (fun i => W i i * (y i - f (x i)) ^ 2)
    (fun i => W i i * (f (x i) - y i) ^ 2)) by (intros; ring).
  rewrite (sum_ext n (gap_error f)
    (fun k => gap_error f_star k + (gap_error f k - gap_error f_star k))) by (intros; ring).
  rewrite sum_plus. ring.
Qed.

Lemma self_excess_nonneg f i : (i < n)%nat -> 0 <= W i i * (f (x i) - y i) ^ 2.
Proof. intros Hi. apply Rmult_le_pos; [auto | apply pow2_ge_0]. Qed.

Lemma excess_zero f : minimises n x y W f ->
  (forall i, (i < n)%nat -> W i i * (f (x i) - y i) ^ 2 = 0)
  /\ (forall k, (k < n)%nat -> gap_error f k - gap_error f_star k = 0).
Proof.
  intros [Af M]. destruct n as [|m] eqn:N; [split; intros; lia|]. rewrite <- N in *.
  specialize (M f_star f_star_admissible). rewrite (criterion_excess f Af) in M.
  pose proof (sum_nonneg n _ (self_excess_nonneg f)) as P1.
  pose proof (sum_nonneg n _ (fun k => gap_excess_nonneg f k Af)) as P2.
  assert (0 < / INR n ^ 2) as P by (apply Rinv_0_lt_compat, pow_lt, lt_0_INR; lia).
  set (s := sum n (fun i => W i i * (f (x i) - y i) ^ 2)) in *.
  set (e := sum n (fun k => gap_error f k - gap_error f_star k)) in *.
  assert (s + e <= 0) as Z.
  { apply (Rmult_le_reg_l (/ INR n ^ 2)); [exact P|]. lra. }
  split; apply sum_eq_0.
  - apply self_excess_nonneg.
  - unfold s, e in *; lra.
  - intros k Hk; apply gap_excess_nonneg; auto.
  - unfold s, e in *; lra.
Qed.

End Minimiser.

(* Three points in increasing order. *)

Lemma ordered_three a b c : a < b < c -> ordered 3 (three a b c).
Proof.
  intros H i j Hij.
  assert ((i = 0 /\ j = 1) \/ (i = 0 /\ j = 2) \/ (i = 1 /\ j = 2))%nat as E by lia.
  destruct E as [[-> ->]|[[-> ->]|[-> ->]]]; simpl; lra.
Qed.

(* Eq. (1): finite sets as lists. *)

Lemma total_app l l' : total (l ++ l') = total l + total l'.
Proof. induction l as [|a l IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma total_permutation l l' : Permutation l l' -> total l = total l'.
Proof. intros P. induction P; simpl; lra. Qed.

Lemma total_ones {A} (l : list A) : total (map (fun _ => 1) l) = INR (length l).
Proof. induction l as [|a l IH]; [reflexivity|]. simpl length. rewrite S_INR. simpl. lra. Qed.

Lemma NoDup_disjoint_app {A} (l l' : list A) : NoDup l -> NoDup l' ->
  (forall e, In e l -> ~ In e l') -> NoDup (l ++ l').
Proof.
  intros N N' D. induction N as [|a l Ha N IH]; simpl; auto. constructor.
  - rewrite in_app_iff. intros [H|H]; [auto|]. apply (D a); simpl; auto.
  - apply IH. intros e He. apply D. simpl; auto.
Qed.

(* The union of F 0, ..., F (n-1). *)
Fixpoint collect {A} (n : nat) (F : nat -> list A) : list A :=
  match n with
  | O => []
  | S m => collect m F ++ F m
  end.

Lemma in_collect {A} n (F : nat -> list A) e :
  In e (collect n F) <-> exists i, (i < n)%nat /\ In e (F i).
Proof.
  induction n as [|n IH]; simpl.
  - split; [intros [] | intros (i & Hi & _); lia].
  - rewrite in_app_iff, IH. split.
    + intros [(i & Hi & H)|H]; [exists i | exists n]; auto.
    + intros (i & Hi & H). destruct (Nat.eq_dec i n) as [->|]; auto.
      left. exists i. split; auto. lia.
Qed.

Lemma total_collect {A} (g : A -> R) n F :
  total (map g (collect n F)) = sum n (fun i => total (map g (F i))).
Proof. induction n as [|n IH]; simpl; auto. rewrite map_app, total_app, IH. reflexivity. Qed.

Lemma NoDup_collect {A} n (F : nat -> list A) : (forall i, (i < n)%nat -> NoDup (F i)) ->
  (forall i j e, (i < j < n)%nat -> In e (F i) -> ~ In e (F j)) -> NoDup (collect n F).
Proof.
  induction n as [|n IH]; intros N D; simpl; [constructor|].
  apply NoDup_disjoint_app; auto.
  - apply IH; auto. intros i j e Hij. apply D. lia.
  - intros e H. apply in_collect in H. destruct H as (i & Hi & H). apply (D i); auto.
Qed.

Lemma equation_1_unique n x y t v w : equation_1 n x y t v -> equation_1 n x y t w -> v = w.
Proof.
  intros (E & N & H & _ & ->) (E' & N' & H' & _ & ->).
  assert (P : Permutation E E') by (apply NoDup_Permutation; auto; intros e; rewrite H, H'; tauto).
  rewrite (Permutation_length P). f_equal. apply total_permutation, Permutation_map, P.
Qed.

Lemma beta_lengths n x i j : ordered n x -> (i < j < n)%nat ->
  beta x (fun i j => Rabs (x i - x j)) i j = 2.
Proof.
  intros Ho H. assert (x i < x j) by (apply Ho; lia).
  unfold beta. rewrite (Rabs_minus_sym (x j)), Rabs_left by lra. field. lra.
Qed.

(* Over a gap, E(t) is two elements for each covering pair. *)
Lemma equation_1_on_gap n x y k t : ordered n x -> (S k < n)%nat -> x k < t < x (S k) ->
  equation_1 n x y t (f_star n x y (fun i j => Rabs (x i - x j)) t).
Proof.
  intros Ho Hk Ht. set (lambda i j := (t - x j) / (x i - x j)).
  assert (Left : forall i, (i <= k)%nat -> x i < t).
  { intros i Hi. pose proof (inputs_le n x Ho i k ltac:(lia)). lra. }
  assert (Right : forall j, (k < j < n)%nat -> t < x j).
  { intros j Hj. pose proof (inputs_le n x Ho (S k) j ltac:(lia)). lra. }
  set (F i j := if covering k i j || covering k j i then [(i, j, lambda i j)] else []).
  assert (HF : forall i j e, In e (F i j) <->
    e = (i, j, lambda i j) /\ ((i <= k < j)%nat \/ (j <= k < i)%nat)).
  { intros i j e. unfold F. destruct (covering_spec k i j), (covering_spec k j i); simpl;
      (split; [intros [<-|[]]; auto | intros [-> C]; auto; lia]) || (split; [intros []|]; lia). }
  set (E := collect n (fun i => collect n (F i))).
  assert (T : forall g : nat * nat * R -> R, (forall i j l, g (i, j, l) = g (j, i, 1 - l)) ->
    total (map g E) = 2 * sum_covering n k (fun i j => g (i, j, lambda i j))).
  { intros g Sym. unfold E. rewrite total_collect.
    rewrite (sum_ext n _ (fun i => sum n (fun j => total (map g (F i j)))))
      by (intros; apply total_collect).
    rewrite sum_pairs, sum_zero, Rplus_0_l, <- covering_scal.
    - apply sum_ext; intros i Hi. apply sum_ext; intros j Hj. unfold F.
      destruct (covering_spec k i j), (covering_spec k j i), (Nat.ltb_spec i j); simpl;
        try lia; try ring.
      rewrite (Sym j i). replace (1 - lambda j i) with (lambda i j); [ring|].
      unfold lambda. pose proof (Left i ltac:(lia)). pose proof (Right j ltac:(lia)). field. lra.
    - intros i Hi. unfold F. destruct (covering_spec k i i); [lia | reflexivity]. }
  set (V := fun '(i, j, l) => virtual y i j l).
  assert (TV : total (map V E) = 2 * sum_covering n k (fun i j => segment x y i j t)).
  { rewrite T by (intros; unfold V, virtual; ring). f_equal.
    apply covering_ext. intros i j Hi Hj. unfold V, virtual, lambda, segment.
    pose proof (Left i ltac:(lia)). pose proof (Right j ltac:(lia)). field. lra. }
  assert (T1 : INR (length E) = 2 * sum_covering n k (fun _ _ => 1)).
  { rewrite <- total_ones. apply (T (fun _ => 1)). reflexivity. }
  assert (HE : forall e, In e E <-> in_E n x t e).
  { intros e. unfold E. rewrite in_collect. split.
    - intros (i & Hi & H). apply in_collect in H. destruct H as (j & Hj & H).
      apply HF in H. destruct H as [-> C]. repeat split; auto.
      + destruct C.
        * pose proof (Left i ltac:(lia)). pose proof (Right j ltac:(lia)).
          unfold lambda. replace (_ / _) with ((x j - t) * / (x j - x i)) by (field; lra).
          apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra].
        * pose proof (Left j ltac:(lia)). pose proof (Right i ltac:(lia)).
          apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra].
      + apply Rminus_le_0. destruct C.
        * pose proof (Left i ltac:(lia)). pose proof (Right j ltac:(lia)).
          unfold lambda. replace (1 - _) with ((t - x i) * / (x j - x i)) by (field; lra).
          apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra].
        * pose proof (Left j ltac:(lia)). pose proof (Right i ltac:(lia)).
          unfold lambda. replace (1 - _) with ((x i - t) * / (x i - x j)) by (field; lra).
          apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra].
      + unfold virtual, lambda. field. destruct C.
        * pose proof (Left i ltac:(lia)). pose proof (Right j ltac:(lia)). lra.
        * pose proof (Left j ltac:(lia)). pose proof (Right i ltac:(lia)). lra.
    - destruct e as [[i j] l]. intros (Hi & Hj & Hl & Et). unfold virtual in Et.
      exists i. split; auto. apply in_collect. exists j. split; auto. apply HF.
      destruct (Nat.le_gt_cases i k) as [Ci|Ci], (Nat.le_gt_cases j k) as [Cj|Cj].
      + pose proof (inputs_le n x Ho i k ltac:(lia)). pose proof (inputs_le n x Ho j k ltac:(lia)).
        assert (0 <= l * (x k - x i)) by (apply Rmult_le_pos; lra).
        assert (0 <= (1 - l) * (x k - x j)) by (apply Rmult_le_pos; lra). lra.
      + pose proof (Left i ltac:(lia)). pose proof (Right j ltac:(lia)). split; [|lia].
        f_equal. unfold lambda. rewrite Et. field. lra.
      + pose proof (Left j ltac:(lia)). pose proof (Right i ltac:(lia)). split; [|lia].
        f_equal. unfold lambda. rewrite Et. field. lra.
      + pose proof (inputs_le n x Ho (S k) i ltac:(lia)).
        pose proof (inputs_le n x Ho (S k) j ltac:(lia)).
        assert (0 <= l * (x i - x (S k))) by (apply Rmult_le_pos; lra).
        assert (0 <= (1 - l) * (x j - x (S k))) by (apply Rmult_le_pos; lra). lra. }
  assert (NE : E <> []).
  { assert (H : In (k, S k, lambda k (S k)) E); [|intros Z; rewrite Z in H; destruct H].
    unfold E. apply in_collect. exists k. split; [lia|]. apply in_collect. exists (S k).
    split; auto. apply HF. split; auto. }
  exists E. split; [|split; [exact HE|split; [exact NE|]]].
  - apply NoDup_collect.
    + intros i Hi. apply NoDup_collect.
      * intros j Hj. unfold F. destruct (_ || _); repeat constructor. intros [].
      * intros j j' e Hj H H'. apply HF in H, H'. destruct H as [-> _], H' as [E' _].
        injection E'. lia.
    + intros i i' e Hi H H'. apply in_collect in H, H'.
      destruct H as (j & _ & H), H' as (j' & _ & H'). apply HF in H, H'.
      destruct H as [-> _], H' as [E' _]. injection E'. lia.
  - fold V. rewrite TV, T1, (f_star_on_gap n x y _ Ho k t Hk Ht).
    rewrite (gap_mean_constant n x y _ 2 k t Hk); [|lra|].
    + pose proof (covering_count_pos n k Hk). field. lra.
    + intros i j Hi Hj. apply (beta_lengths n); auto. lia.
Qed.

(* If weights beta_ij and b_k give the same sums over every gap, whatever the outputs, they are all
   equal: the outputs e_q show it on the first gap, the outputs e_p then from gap to gap. *)
Lemma equal_weights n x W b : ordered n x ->
  (forall y k t, (S k < n)%nat -> x k < t < x (S k) ->
    sum_covering n k (fun i j => (beta x W i j - b k) * segment x y i j t) = 0) ->
  forall p q, (p < q < n)%nat -> beta x W p q = b O.
Proof.
  intros Ho H.
  assert (First : forall q, (0 < q < n)%nat -> beta x W 0 q = b O).
  { intros q Hq. assert (x 0%nat < x 1%nat) by (apply Ho; lia).
    assert (x 0%nat < x q) by (apply Ho; lia).
    set (t := (x 0%nat + x 1%nat) / 2). set (v := (beta x W 0 q - b O) * ((t - x O) / (x q - x O))).
    assert (E : v = 0).
    { rewrite <- (H (fun i => if i =? q then 1 else 0) O t) by (unfold t; lia || lra).
      rewrite <- (sum_single n q v), <- (sum_single n 0 (sum n _)) by lia.
      apply sum_ext; intros i Hi. destruct (Nat.eqb_spec i 0) as [->|Ni].
      - apply sum_ext; intros j Hj. unfold segment. destruct (covering_spec 0 0 j); [|].
        + destruct (Nat.eqb_spec 0 q); [lia|].
          destruct (Nat.eqb_spec j q) as [->|]; unfold v, Rdiv; ring.
        + destruct (Nat.eqb_spec j q); [lia | auto].
      - symmetry. apply sum_zero; intros j Hj. destruct (covering_spec 0 i j); [lia | auto]. }
    unfold v in E. apply Rmult_integral in E. destruct E as [E|E]; [lra|exfalso].
    assert (0 < (t - x O) / (x q - x O)); [|lra].
    unfold t. apply Rmult_lt_0_compat; [lra | apply Rinv_0_lt_compat; lra]. }
  (* The slope in t of the coefficient of y_p. *)
  assert (Slope : forall p k, (p <= k)%nat -> (S k < n)%nat ->
    sum n (fun j => if k <? j then (beta x W p j - b k) * / (x j - x p) else 0) = 0).
  { intros p k Hp Hk.
    assert (G : forall t, x k < t < x (S k) -> sum n (fun j => if k <? j then
      (beta x W p j - b k) * ((x j - t) * / (x j - x p)) else 0) = 0).
    { intros t Ht. rewrite <- (H (fun i => if i =? p then 1 else 0) k t Hk Ht).
      rewrite <- (sum_single n p (sum n _)) by lia. apply sum_ext; intros i Hi.
      destruct (Nat.eqb_spec i p) as [->|Ni].
      - apply sum_ext; intros j Hj.
        destruct (covering_spec k p j), (Nat.ltb_spec k j); try lia; auto.
        assert (x p < x j) by (apply Ho; lia).
        unfold segment. rewrite Nat.eqb_refl. destruct (Nat.eqb_spec j p); [lia|]. field. lra.
      - symmetry. apply sum_zero; intros j Hj. destruct (covering_spec k i j); auto.
        unfold segment. destruct (Nat.eqb_spec i p); [lia|]. destruct (Nat.eqb_spec j p); [lia|].
        ring. }
    assert (x k < x (S k)) by (apply Ho; lia). set (d := (x (S k) - x k) / 3).
    pose proof (G (x k + d) ltac:(unfold d; lra)) as G1.
    pose proof (G (x k + 2 * d) ltac:(unfold d; lra)) as G2.
    apply Rmult_eq_reg_l with d; [|unfold d; lra]. rewrite Rmult_0_r.
    rewrite <- (Rplus_0_r (d * _)), <- G2 at 1. apply eq_trans with (2 := G1).
    rewrite <- sum_scal, <- sum_plus. apply sum_ext; intros j _. destruct (k <? j); ring. }
  assert (Same : forall k, (S k < n)%nat -> b k = b O).
  { intros k Hk. destruct (Req_dec (b k) (b O)) as [|N]; [auto|exfalso].
    pose proof (Slope O k ltac:(lia) Hk) as E.
    rewrite (sum_ext n _ (fun j => (b O - b k) * (if k <? j then / (x j - x O) else 0))) in E.
    2: { intros j Hj. destruct (Nat.ltb_spec k j); [rewrite First by lia|]; ring. }
    rewrite sum_scal in E. apply Rmult_integral in E. destruct E as [E|E]; [lra|].
    assert (P : forall j, (k < j < n)%nat -> 0 < / (x j - x O)).
    { intros j Hj. assert (x O < x j) by (apply Ho; lia). apply Rinv_0_lt_compat. lra. }
    pose proof (fun H => sum_eq_0 n _ H E (S k) Hk) as Z. simpl in Z.
    destruct (Nat.ltb_spec k (S k)); [|lia]. pose proof (P (S k) ltac:(lia)).
    rewrite Z in *; [lra|]. intros j Hj. destruct (Nat.ltb_spec k j); [|lra].
    left. apply P. lia. }
  intros p q Hpq. assert (x p < x q) by (apply Ho; lia).
  assert (U : forall k, (p <= k < n)%nat ->
    sum n (fun j => if k <? j then (beta x W p j - b O) * / (x j - x p) else 0) = 0).
  { intros k Hk. destruct (Nat.eq_dec (S k) n) as [E|].
    - apply sum_zero; intros j Hj. destruct (Nat.ltb_spec k j); [lia | auto].
    - rewrite <- (Same k) by lia. apply Slope; lia. }
  pose proof (U (q - 1)%nat ltac:(lia)) as E.
  rewrite (sum_ext n _ (fun j => (if q <? j then (beta x W p j - b O) * / (x j - x p) else 0)
    + (if j =? q then (beta x W p q - b O) * / (x q - x p) else 0))) in E.
  2: { intros j Hj. destruct (Nat.ltb_spec (q - 1) j), (Nat.ltb_spec q j), (Nat.eqb_spec j q);
         subst; try lia; ring. }
  rewrite sum_plus, U, sum_single, Rplus_0_l in E by lia.
  apply Rmult_integral in E. destruct E as [E|E]; [lra|].
  assert (0 < / (x q - x p)) by (apply Rinv_0_lt_compat; lra). lra.
Qed.
