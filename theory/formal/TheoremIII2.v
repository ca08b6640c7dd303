(* Theorem III.2, corrected, with the weights of Eq. (2): the exact minimiser of the criterion. *)

From Coq Require Import Reals Arith Lia Lra.
From Coquelicot Require Import Coquelicot.
From LocalMixup Require Import Sums Criterion MinimiserLemmas.
Open Scope R_scope.

(* Theorem III.2, corrected: for distinct inputs and weights W >= 0, the function f* that is y_k at
   each input x_k, and on each gap (x_k, x_{k+1}) the mean of the segments' values over the pairs
   i <= k < j, weighted by (W[i,j] + W[j,i]) / (x_j - x_i), minimises the criterion.  In the paper,
   it is their mean without weights. *)
Theorem minimiser : forall n x y W,
  ordered n x -> (forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= W i j) ->
  minimises n x y W (f_star n x y W)
  /\ (forall k, (k < n)%nat -> f_star n x y W (x k) = y k)
  /\ (forall k t, (S k < n)%nat -> x k < t < x (S k) ->
        f_star n x y W t = gap_mean n x y W k t).
Proof.
  intros n x y W Ho HW. split; [split|split].
  - apply f_star_admissible; auto.
  - intros g Ag. rewrite (criterion_excess n x y W Ho g Ag). destruct n as [|m].
    { unfold criterion. simpl. rewrite Rmult_0_r. lra. }
    assert (0 < / INR (S m) ^ 2) as P by (apply Rinv_0_lt_compat, pow_lt, lt_0_INR; lia).
    rewrite <- (Rplus_0_r (criterion _ _ _ _ (f_star _ _ _ _))) at 1. apply Rplus_le_compat_l.
    apply Rmult_le_pos; [lra|]. apply Rplus_le_le_0_compat; apply sum_nonneg; intros.
    + apply (self_excess_nonneg (S m)); auto.
    + apply gap_excess_nonneg; auto.
  - intros k Hk. apply f_star_at_input; auto.
  - intros k t Hk Ht. apply f_star_on_gap; auto.
Qed.

(* Theorem III.2, uniqueness: the other minimisers are the functions that agree with f* at each
   input with a self pair, and almost everywhere on each gap that segments of positive weight cover
   (the integral of (f - f_star)^2 is 0). *)
Theorem minimiser_unique : forall n x y W f,
  ordered n x -> (forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= W i j) ->
  minimises n x y W f <->
  admissible n x y W f
  /\ (forall i, (i < n)%nat -> 0 < W i i -> f (x i) = y i)
  /\ (forall k, (S k < n)%nat -> 0 < gap_weight n x W k ->
        is_RInt (fun t => (f t - f_star n x y W t) ^ 2) (x k) (x (S k)) 0).
Proof.
  intros n x y W f Ho HW. set (f' := f_star n x y W). split.
  - intros M. destruct (excess_zero n x y W Ho HW f M) as [Z1 Z2]. split; [|split].
    + apply M.
    + intros i Hi P. specialize (Z1 i Hi). apply Rmult_integral in Z1. destruct Z1; [lra|].
      apply Rminus_diag_uniq. apply Rsqr_0_uniq. unfold Rsqr. lra.
    + intros k Hk P. pose proof (gap_excess n x y W Ho HW f k (proj1 M) Hk) as I.
      rewrite Z2 in I by lia.
      apply (is_RInt_scal (V := R_NormedModule) _ _ _ (/ gap_weight n x W k)) in I.
      unfold scal in I; simpl in I; unfold mult in I; simpl in I. rewrite Rmult_0_r in I.
      revert I. apply is_RInt_ext. intros t _. unfold scal; simpl; unfold mult; simpl.
      fold f'. field. lra.
  - intros (Af & E1 & E2). split; auto. intros g Ag.
    apply Rle_trans with (criterion n x y W f'); [|apply minimiser; auto].
    rewrite (criterion_excess n x y W Ho f Af). fold f'. rewrite !sum_zero.
    + lra.
    + intros k Hk. destruct (Nat.eq_dec (S k) n) as [E|D].
      * rewrite !gap_error_last by auto. lra.
      * pose proof (gap_excess n x y W Ho HW f k Af ltac:(lia)) as I. fold f' in I.
        rewrite <- (is_RInt_unique _ _ _ _ I).
        destruct (gap_weight_nonneg n x W Ho HW k) as [P|Z].
        -- apply is_RInt_unique. rewrite <- (Rmult_0_r (gap_weight n x W k)).
           apply (is_RInt_scal (V := R_NormedModule)), E2; auto; lia.
        -- apply is_RInt_unique. rewrite <- Z. apply (is_RInt_ext (fun _ => 0)).
           ++ intros t _. symmetry. apply Rmult_0_l.
           ++ apply is_RInt_zero.
    + intros i Hi. destruct (HW i i Hi Hi) as [P|Z]; [rewrite E1 by auto; ring|].
      rewrite <- Z. ring.
Qed.

(* Theorem III.2, uniqueness: a minimiser equals f* wherever it is continuous. *)
Theorem minimiser_where_continuous : forall n x y W f k t,
  ordered n x -> (forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= W i j) ->
  minimises n x y W f -> (S k < n)%nat -> 0 < gap_weight n x W k ->
  x k < t < x (S k) -> continuity_pt f t -> f t = f_star n x y W t.
Proof.
  intros n x y W f k t Ho HW M Hk P Ht C.
  apply (minimiser_unique n x y W f Ho HW) in M. destruct M as (_ & _ & E).
  specialize (E k Hk P). destruct (gap_mean_affine n x y W k) as (a & b & Eab).
  rewrite (f_star_on_gap n x y W Ho k t Hk Ht), Eab.
  apply Rminus_diag_uniq, Rsqr_0_uniq. unfold Rsqr.
  apply (RInt_zero_continuous (fun s => (f s - (a + b * s)) * (f s - (a + b * s))) (x k) (x (S k))).
  - revert E. apply is_RInt_ext. rewrite Rmin_left, Rmax_right by lra. intros s Hs.
    rewrite (f_star_on_gap n x y W Ho k s Hk Hs), Eab. simpl. ring.
  - intros s. apply Rle_0_sqr.
  - exact Ht.
  - assert (continuity_pt (fun s => f s - (a + b * s)) t).
    { apply (continuity_pt_minus f (fun s => a + b * s)); [exact C | reg]. }
    apply (continuity_pt_mult (fun s => f s - (a + b * s)) (fun s => f s - (a + b * s))); auto.
Qed.

(* Theorem III.2, what is left of its form: f* is affine on each open gap. *)
Theorem minimiser_affine_on_gaps : forall n x y W k, ordered n x -> (S k < n)%nat ->
  exists a b, forall t, x k < t < x (S k) -> f_star n x y W t = a + b * t.
Proof.
  intros n x y W k Ho Hk. destruct (gap_mean_affine n x y W k) as (a & b & E).
  exists a, b. intros t Ht. rewrite (f_star_on_gap n x y W Ho k t Hk Ht). apply E.
Qed.

(* Sharp: "linear on each segment [x_i, x_{i+1}]" is false.  For x = (0,1,2), y = (0,1,0), the
   smallest case, no minimiser of the Mixup criterion is affine on the closed segment [0, 1]: it is
   2t/3 inside and 1 at the input 1. *)
Theorem theorem_III2_refuted : forall f,
  minimises 3 (three 0 1 2) (three 0 1 0) (fun _ _ => 1) f ->
  ~ exists a b, forall t, 0 <= t <= 1 -> f t = a + b * t.
Proof.
  intros f M (a & b & E). set (W := fun _ _ => 1) in M.
  assert (Ho : ordered 3 (three 0 1 2)) by (apply ordered_three; lra).
  assert (HW : forall i j, (i < 3)%nat -> (j < 3)%nat -> 0 <= W i j) by (intros; unfold W; lra).
  pose proof (minimiser_unique 3 _ (three 0 1 0) W f Ho HW) as [U _].
  destruct (U M) as (_ & Self & _).
  pose proof (Self 0%nat ltac:(lia) ltac:(unfold W; lra)) as E0.
  pose proof (Self 1%nat ltac:(lia) ltac:(unfold W; lra)) as E1.
  simpl in E0, E1. rewrite E in E0, E1 by lra.
  pose proof (minimiser_where_continuous 3 _ _ _ f 0 (1 / 2) Ho HW M) as C.
  rewrite (f_star_on_gap 3 _ _ _ Ho 0), E in C by (simpl; try lia; lra).
  unfold gap_mean, gap_weight, sum_covering, beta, segment, W in C. simpl in C.
  assert (a + b * (1 / 2) = 1 / 3); [|lra].
  rewrite C; [field | lia | lra | lra |].
  apply (continuity_pt_locally_ext (fun t => a + b * t) f (1 / 2)); [lra | | reg].
  intros t Ht. symmetry. apply E. apply Rabs_def2 in Ht. lra.
Qed.

(* Sharp: without self pairs the same is false: for x = (0,1,3), y = (0,1,0) and any weight c >= 0
   of the self pairs, no minimiser is continuous at the input 1 (the limits are 3/4 and 3/5). *)
Theorem theorem_III2_no_continuous_minimiser : forall c f, 0 <= c ->
  minimises 3 (three 0 1 3) (three 0 1 0) (fun i j => if i =? j then c else 1) f ->
  ~ forall t, 0 < t < 3 -> continuity_pt f t.
Proof.
  intros c f Hc M C. set (W := fun i j => if i =? j then c else 1) in M.
  assert (Ho : ordered 3 (three 0 1 3)) by (apply ordered_three; lra).
  assert (HW : forall i j, (i < 3)%nat -> (j < 3)%nat -> 0 <= W i j).
  { intros i j _ _. unfold W. destruct (i =? j); lra. }
  destruct (C 1 ltac:(lra) (1 / 20) ltac:(lra)) as [d [Hd Cd]].
  set (h := Rmin d (1 / 20) / 2).
  assert (0 < h /\ h < d /\ h < 1 / 20) as (H1 & H2 & H3).
  { unfold h. pose proof (Rmin_l d (1 / 20)). pose proof (Rmin_r d (1 / 20)).
    assert (0 < Rmin d (1 / 20)) by (apply Rmin_glb_lt; lra). lra. }
  assert (N : forall t, t = 1 - h \/ t = 1 + h -> - (1 / 20) < f t - f 1 < 1 / 20).
  { intros t Ht. assert (Rabs (f t - f 1) < 1 / 20) as A; [|apply Rabs_def2 in A; lra].
    apply (Cd t). repeat split; [lra|]. apply (Rabs_def1 (t - 1) d); lra. }
  pose proof (minimiser_where_continuous 3 _ _ _ f 0 (1 - h) Ho HW M) as Left.
  pose proof (minimiser_where_continuous 3 _ _ _ f 1 (1 + h) Ho HW M) as Right.
  rewrite (f_star_on_gap 3 _ _ _ Ho 0) in Left by (simpl; try lia; lra).
  rewrite (f_star_on_gap 3 _ _ _ Ho 1) in Right by (simpl; try lia; lra).
  unfold gap_mean, gap_weight, sum_covering, beta, segment, W in Left, Right. simpl in Left, Right.
  assert (f (1 - h) = 3 / 4 * (1 - h)) as EL.
  { rewrite Left; [field | lia | lra | lra |]. apply C. lra. }
  assert (f (1 + h) = 3 / 5 - 3 / 10 * h) as ER.
  { rewrite Right; [field | lia | lra | lra |]. apply C. lra. }
  pose proof (N (1 - h) ltac:(auto)). pose proof (N (1 + h) ltac:(auto)). lra.
Qed.

(* Sharp: the inputs must be distinct.  At x = (0,0), y = (0,1) with self pairs alone, 1/2 is
   better than f*. *)
Theorem not_minimiser_equal_inputs :
  ~ minimises 2 (fun _ => 0) INR (fun i j => if i =? j then 1 else 0)
      (f_star 2 (fun _ => 0) INR (fun i j => if i =? j then 1 else 0)).
Proof.
  set (W := fun i j : nat => if i =? j then 1 else 0). intros [_ M].
  assert (E : forall f, criterion 2 (fun _ => 0) INR W f = (f 0 ^ 2 + (1 - f 0) ^ 2) / 4).
  { intros f. unfold criterion, W. cbn -[INR RInt].
    rewrite !(is_RInt_unique _ _ _ _ (RInt_self _ _ _ _)). simpl. field. }
  specialize (M (fun _ => 1 / 2)). rewrite !E in M.
  unfold f_star in M. simpl in M. destruct (Req_EM_T 0 0); [|lra].
  assert (A : admissible 2 (fun _ => 0) INR W (fun _ => 1 / 2)).
  { intros i j _ _ H. unfold W in H. destruct (Nat.eqb_spec i j); [subst | lra].
    eexists. apply RInt_self. }
  specialize (M A). lra.
Qed.

(* Sharp: the weights must not be negative. *)
Theorem not_minimiser_negative_weight :
  ~ minimises 1 (fun _ => 0) (fun _ => 0) (fun _ _ => -1)
      (f_star 1 (fun _ => 0) (fun _ => 0) (fun _ _ => -1)).
Proof.
  intros [_ M].
  assert (E : forall f, criterion 1 (fun _ => 0) (fun _ => 0) (fun _ _ => -1) f = - f 0 ^ 2).
  { intros f. unfold criterion. cbn -[INR RInt].
    rewrite !(is_RInt_unique _ _ _ _ (RInt_self _ _ _ _)). simpl. field. }
  specialize (M (fun _ => 1)). rewrite !E in M.
  unfold f_star in M. simpl in M. destruct (Req_EM_T 0 0); [|lra].
  assert (A : admissible 1 (fun _ => 0) (fun _ => 0) (fun _ _ => -1) (fun _ => 1)).
  { intros i j Hi Hj _. replace j with i by lia. eexists. apply RInt_self. }
  specialize (M A). lra.
Qed.
