(* Lemma III.1: Eq. (1) as printed, refuted, and the weights for which it is exact. *)

From Coq Require Import Reals Arith Bool List Lia Lra.
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

(* Lemma III.1, when it holds: for n distinct inputs, every function that obeys Eq. (1) on the gaps
   minimises the criterion with the weights W[i,j] = |x_i - x_j|, which prefer distant pairs. *)
Theorem III1_weight : forall n x y f, ordered n x ->
  (forall k t, (S k < n)%nat -> x k < t < x (S k) -> equation_1 n x y t (f t)) ->
  minimises n x y (fun i j => Rabs (x i - x j)) f.
Proof.
  intros n x y f Ho H. set (W := fun i j => Rabs (x i - x j)).
  assert (E : forall k t, (S k < n)%nat -> x k < t < x (S k) -> f t = f_star n x y W t).
  { intros k t Hk Ht. apply (equation_1_value n x y k t (f t) Ho Hk Ht), H with k; auto. }
  apply minimiser_unique; auto; [intros; apply Rabs_pos|]. split; [|split].
  - apply affine_admissible; auto. intros k Hk.
    destruct (minimiser_affine_on_gaps n x y W k Ho Hk) as (a & b & A).
    exists a, b. intros t Ht. rewrite (E k t Hk Ht). auto.
  - intros i _ P. unfold W in P. rewrite Rminus_diag_eq, Rabs_R0 in P by reflexivity. lra.
  - intros k Hk _. apply (is_RInt_ext (fun _ => 0)); [|apply is_RInt_zero].
    assert (x k < x (S k)) by (apply Ho; lia).
    rewrite Rmin_left, Rmax_right by lra. intros t Ht. rewrite (E k t Hk Ht). simpl. ring.
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
