(* Lemma III.1: Eq. (1) as printed, refuted, and the weights for which it is exact. *)

From Coq Require Import Reals Arith List Lia Lra.
From Coquelicot Require Import Coquelicot.
From LocalMixup Require Import Sums Criterion MinimiserLemmas TheoremIII2.
Import ListNotations.
Open Scope R_scope.

(* "It is clear that E(t) is finite": at an input it is not, and Eq. (1) defines nothing there. *)
Theorem E_infinite_at_inputs : forall n x i, (i < n)%nat ->
  ~ exists E : list (nat * nat * R), forall e, in_E n x (x i) e -> In e E.
Proof.
  intros n x i Hi [E H].
  assert (F : forall (E : list (nat * nat * R)) a b, a < b ->
    exists l, a < l < b /\ ~ In (i, i, l) E).
  { intros E'. induction E' as [|[[p q] c] E' IH]; intros a b Hab.
    - exists ((a + b) / 2). split; [lra | intros []].
    - destruct (Rle_or_lt c a) as [Hc|Hc]; [|destruct (Rle_or_lt b c) as [Hc'|Hc']].
      + destruct (IH a b Hab) as (l & Hl & N). exists l. split; [lra|].
        intros [Q|Q]; [injection Q; lra | auto].
      + destruct (IH a b Hab) as (l & Hl & N). exists l. split; [lra|].
        intros [Q|Q]; [injection Q; lra | auto].
      + destruct (IH a c Hc) as (l & Hl & N). exists l. split; [lra|].
        intros [Q|Q]; [injection Q; lra | auto]. }
  destruct (F E 0 1 ltac:(lra)) as (l & Hl & N). apply N, H.
  repeat split; auto; try lra. unfold virtual. ring.
Qed.

(* Eq. (1) at a point t of a gap has exactly one value: that of the minimiser for the weights
   |x_i - x_j|, with which all segments that cover t count the same. *)
Theorem equation_1_value : forall n x y k t v,
  ordered n x -> (S k < n)%nat -> x k < t < x (S k) ->
  equation_1 n x y t v <-> v = f_star n x y (fun i j => Rabs (x i - x j)) t.
Proof.
  intros n x y k t v Ho Hk Ht. pose proof (equation_1_on_gap n x y k t Ho Hk Ht) as E. split.
  - intros E'. exact (equation_1_unique n x y t _ _ E' E).
  - intros ->. exact E.
Qed.

(* Lemma III.1, when it holds: for n distinct inputs and weights W >= 0, Eq. (1) on the gaps (with
   y_i at the inputs) minimises the criterion for all outputs exactly if the weights are
   proportional to the distances, (W[i,j] + W[j,i]) / 2 = c |x_i - x_j|: far pairs count most. *)
Theorem III1_weight : forall n x W,
  ordered n x -> (forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= W i j) ->
  (forall y f, (forall i, (i < n)%nat -> f (x i) = y i) ->
     (forall k t, (S k < n)%nat -> x k < t < x (S k) -> equation_1 n x y t (f t)) ->
     minimises n x y W f)
  <-> exists c, forall i j, (i < j < n)%nat -> (W i j + W j i) / 2 = c * (x j - x i).
Proof.
  intros n x W Ho HW. set (D := fun i j => Rabs (x i - x j)).
  set (count k := sum_covering n k (fun _ _ => 1)).
  assert (MD : forall y k t, (S k < n)%nat ->
    gap_mean n x y D k t = sum_covering n k (fun i j => segment x y i j t) / count k).
  { intros y k t Hk. apply (gap_mean_constant n x y D 2 k t Hk); [lra|].
    intros i j Hi Hj. apply (beta_lengths n); auto. lia. }
  split.
  - intros H. set (b k := gap_weight n x W k / count k). exists (b O / 2). intros i j Hij.
    assert (Hx : x i < x j) by (apply Ho; lia).
    enough (B : beta x W i j = b O) by (rewrite <- B; unfold beta; field; lra).
    apply (equal_weights n x W b); auto. clear i j Hij Hx. intros y k t Hk Ht.
    pose proof (covering_count_pos n k Hk) as Pos. fold (count k) in Pos.
    rewrite (covering_ext n k _ (fun i j =>
      beta x W i j * segment x y i j t + - b k * segment x y i j t)) by (intros; ring).
    rewrite covering_plus, covering_scal.
    destruct (gap_weight_nonneg n x W Ho HW k) as [P|Z].
    + assert (M : minimises n x y W (f_star n x y D)).
      { apply H; [intros i Hi; apply f_star_at_input; auto|].
        intros k' t' Hk' Ht'. apply (equation_1_on_gap n x y k' t'); auto. }
      destruct (minimiser_affine_on_gaps n x y D k Ho Hk) as (a & c & A).
      pose proof (minimiser_where_continuous n x y W _ k t Ho HW M Hk P Ht) as E.
      rewrite !(f_star_on_gap n x y _ Ho k t Hk Ht), MD in E by exact Hk.
      unfold gap_mean in E. unfold b.
      replace (- (gap_weight n x W k / count k) * _) with (- (gap_weight n x W k *
        (sum_covering n k (fun i j => segment x y i j t) / count k))) by (field; lra).
      rewrite E; [field; lra|].
      apply (continuity_pt_locally_ext (fun t => a + c * t) _ (Rmin (t - x k) (x (S k) - t)));
        [apply Rmin_glb_lt; lra | | reg].
      intros s Hs. symmetry. apply A. apply Rabs_def2 in Hs.
      pose proof (Rmin_l (t - x k) (x (S k) - t)).
      pose proof (Rmin_r (t - x k) (x (S k) - t)). lra.
    + unfold b. rewrite <- Z, (covering_ext n k _ (fun i j => 0 * 0)), covering_scal.
      * unfold Rdiv. ring.
      * intros i j Hi Hj.
        rewrite (covering_eq_0 n k _ (beta_nonneg n x W Ho HW k) (eq_sym Z) i j Hi Hj). ring.
  - intros [c Hc] y f Hf HE.
    assert (E : forall k t, (S k < n)%nat -> x k < t < x (S k) -> f t = gap_mean n x y D k t).
    { intros k t Hk Ht. rewrite <- (f_star_on_gap n x y D Ho k t Hk Ht).
      apply (equation_1_value n x y k t (f t) Ho Hk Ht), HE with k; auto. }
    assert (B : forall k i j, (i <= k < j)%nat -> (j < n)%nat -> beta x W i j = 2 * c).
    { intros k i j Hi Hj. assert (x i < x j) by (apply Ho; lia).
      unfold beta. replace (W i j + W j i) with (2 * (c * (x j - x i)))
        by (rewrite <- Hc by lia; field). field. lra. }
    apply minimiser_unique; auto. split; [|split; [auto|]].
    + apply affine_admissible; auto. intros k Hk.
      destruct (gap_mean_affine n x y D k) as (a & d & A).
      exists a, d. intros t Ht. rewrite (E k t Hk Ht). apply A.
    + intros k Hk P. apply (is_RInt_ext (fun _ => 0)); [|apply is_RInt_zero].
      assert (x k < x (S k)) by (apply Ho; lia).
      rewrite Rmin_left, Rmax_right by lra. intros t Ht.
      rewrite (f_star_on_gap n x y W Ho k t Hk Ht), (E k t Hk Ht), MD by exact Hk.
      assert (2 * c <> 0).
      { intros Z. apply (Rlt_irrefl 0). rewrite Z in B. unfold gap_weight in P.
        rewrite (covering_ext n k _ (fun _ _ => 0 * 0)), covering_scal in P; [lra|].
        intros i j Hi Hj. rewrite (B k); auto. ring. }
      rewrite (gap_mean_constant n x y W (2 * c) k t Hk) by eauto. fold (count k). simpl. ring.
Qed.

(* Lemma III.1 is refuted by n = 3, x = (0,1,2), y = (0,1,0) and Mixup's weights: on (0,1) the
   minimiser f* is 2t/3, with the criterion 4/81; what obeys Eq. (1) between the inputs is t/2
   there and has a criterion of 1/18 or more, whatever its values at the inputs. *)
Theorem lemma_III1_refuted :
  let x := three 0 1 2 in
  let y := three 0 1 0 in
  let W := fun _ _ : nat => 1 in
  (minimises 3 x y W (f_star 3 x y W)
   /\ (forall t, 0 < t < 1 -> f_star 3 x y W t = 2 * t / 3)
   /\ criterion 3 x y W (f_star 3 x y W) = 4 / 81)
  /\ forall f, (forall t, 0 < t < 1 \/ 1 < t < 2 -> equation_1 3 x y t (f t)) ->
     (forall t, 0 < t < 1 -> f t = t / 2)
     /\ criterion 3 x y W f = 1 / 18 + (f 0 ^ 2 + (f 1 - 1) ^ 2 + f 2 ^ 2) / 9
     /\ ~ minimises 3 x y W f.
Proof.
  intros x y W.
  assert (Ho : ordered 3 x) by (apply ordered_three; lra).
  assert (HW : forall i j, (i < 3)%nat -> (j < 3)%nat -> 0 <= W i j) by (intros; unfold W; lra).
  (* A function c t on (0, 1) and c (2 - t) on (1, 2). *)
  assert (C : forall c f, (forall t, 0 < t < 1 -> f t = c * t) ->
    (forall t, 1 < t < 2 -> f t = c * (2 - t)) -> criterion 3 x y W f
      = (f 0 ^ 2 + (f 1 - 1) ^ 2 + f 2 ^ 2 + 2 * (2 * (1 - c) ^ 2 + c ^ 2) / 3) / 9).
  { intros c f H0 H1. rewrite criterion_by_gaps; auto.
    2: { apply affine_admissible; auto. intros k Hk. destruct k as [|[|k]]; [| |lia].
         - exists 0, c. intros t Ht. rewrite H0 by auto. ring.
         - exists (2 * c), (- c). intros t Ht. rewrite H1 by auto. ring. }
    assert (I01 : RInt (error x y f 0 1) (x 0%nat) (x 1%nat) = (1 - c) ^ 2 / 3).
    { rewrite (RInt_square_affine _ 0 (1 - c)); [simpl; field | simpl; lra |].
      intros t Ht. unfold error, segment. rewrite H0 by auto. simpl. field. }
    assert (I02 : RInt (error x y f 0 2) (x 0%nat) (x 1%nat) = c ^ 2 / 3).
    { rewrite (RInt_square_affine _ 0 (- c)); [simpl; field | simpl; lra |].
      intros t Ht. unfold error, segment. rewrite H0 by auto. simpl. field. }
    assert (I02' : RInt (error x y f 0 2) (x 1%nat) (x 2%nat) = c ^ 2 / 3).
    { rewrite (RInt_square_affine _ (- 2 * c) c); [simpl; field | simpl; lra |].
      intros t Ht. unfold error, segment. rewrite H1 by auto. simpl. field. }
    assert (I12 : RInt (error x y f 1 2) (x 1%nat) (x 2%nat) = (1 - c) ^ 2 / 3).
    { rewrite (RInt_square_affine _ (2 * (1 - c)) (- (1 - c))); [simpl; field | simpl; lra |].
      intros t Ht. unfold error, segment. rewrite H1 by auto. simpl. field. }
    unfold gap_error, sum_covering. cbn [sum covering Nat.leb Nat.ltb andb].
    rewrite I01, I02, I02', I12. unfold beta, W. simpl. field. }
  assert (F0 : forall t, 0 < t < 1 -> f_star 3 x y W t = 2 / 3 * t).
  { intros t Ht. rewrite (f_star_on_gap 3 x y W Ho 0 t) by (simpl; lia || lra).
    unfold gap_mean, gap_weight, sum_covering, beta, segment, W. simpl. field. }
  assert (F1 : forall t, 1 < t < 2 -> f_star 3 x y W t = 2 / 3 * (2 - t)).
  { intros t Ht. rewrite (f_star_on_gap 3 x y W Ho 1 t) by (simpl; lia || lra).
    unfold gap_mean, gap_weight, sum_covering, beta, segment, W. simpl. field. }
  assert (CF : criterion 3 x y W (f_star 3 x y W) = 4 / 81).
  { assert (Y0 : f_star 3 x y W 0 = 0) by (apply (f_star_at_input 3 x y W Ho 0); lia).
    assert (Y1 : f_star 3 x y W 1 = 1) by (apply (f_star_at_input 3 x y W Ho 1); lia).
    assert (Y2 : f_star 3 x y W 2 = 0) by (apply (f_star_at_input 3 x y W Ho 2); lia).
    rewrite (C (2 / 3)), Y0, Y1, Y2 by assumption. field. }
  destruct (minimiser 3 x y W Ho HW) as [M _].
  split; [split; [exact M | split; [|exact CF]] | intros f E].
  - intros t Ht. rewrite F0 by exact Ht. field.
  - assert (E0 : forall t, 0 < t < 1 -> f t = 1 / 2 * t).
    { intros t Ht. specialize (E t (or_introl Ht)).
      apply (equation_1_value 3 x y 0) in E; [|exact Ho | lia | exact Ht]. rewrite E.
      rewrite (f_star_on_gap 3 x y _ Ho 0 t) by (simpl; lia || lra).
      unfold gap_mean, gap_weight, sum_covering, beta, segment. simpl.
      repeat ((rewrite Rabs_left by lra) || (rewrite Rabs_right by lra)). field. }
    assert (E1 : forall t, 1 < t < 2 -> f t = 1 / 2 * (2 - t)).
    { intros t Ht. specialize (E t (or_intror Ht)).
      apply (equation_1_value 3 x y 1) in E; [|exact Ho | lia | exact Ht]. rewrite E.
      rewrite (f_star_on_gap 3 x y _ Ho 1 t) by (simpl; lia || lra).
      unfold gap_mean, gap_weight, sum_covering, beta, segment. simpl.
      repeat ((rewrite Rabs_left by lra) || (rewrite Rabs_right by lra)). field. }
    assert (CE : criterion 3 x y W f = 1 / 18 + (f 0 ^ 2 + (f 1 - 1) ^ 2 + f 2 ^ 2) / 9)
      by (rewrite (C (1 / 2)) by assumption; field).
    split; [|split; [exact CE|]].
    + intros t Ht. rewrite E0 by exact Ht. field.
    + intros [_ Mf]. specialize (Mf _ (proj1 M)). rewrite CE, CF in Mf.
      pose proof (pow2_ge_0 (f 0)). pose proof (pow2_ge_0 (f 1 - 1)).
      pose proof (pow2_ge_0 (f 2)). lra.
Qed.

(* Sharp: no smaller case refutes it.  For n = 2 Eq. (1) gives a minimiser, whatever the weights. *)
Theorem lemma_III1_two_points : forall x y W f,
  ordered 2 x -> (forall i j, (i < 2)%nat -> (j < 2)%nat -> 0 <= W i j) ->
  (forall i, (i < 2)%nat -> f (x i) = y i) ->
  (forall t, x 0%nat < t < x 1%nat -> equation_1 2 x y t (f t)) -> minimises 2 x y W f.
Proof.
  intros x y W f Ho HW Hf E.
  apply (proj2 (III1_weight 2 x W Ho HW)); [|exact Hf|].
  - assert (x 0%nat < x 1%nat) by (apply Ho; lia).
    exists ((W 0%nat 1%nat + W 1%nat 0%nat) / 2 / (x 1%nat - x 0%nat)). intros i j Hij.
    replace i with 0%nat by lia. replace j with 1%nat by lia. field. lra.
  - intros k t Hk. replace k with 0%nat by lia. apply E.
Qed.
