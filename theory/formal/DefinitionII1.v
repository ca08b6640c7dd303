(* Definition II.1 with the squared loss: the minimiser at the inputs and between them. *)

From Coq Require Import Reals Arith Lia Lra.
From Coquelicot Require Import Coquelicot.
From LocalMixup Require Import Sums Criterion MinimiserLemmas.
Open Scope R_scope.

(* Definition II.1, "drawn with repetitions": the self pair (i,i) is a sample at x_i itself.  If its
   weight is positive and no other input equals x_i, every minimiser returns y_i there, however
   the other pairs are weighted (so Eqs. (5) to (7) can be no statements about these values). *)
Theorem self_pairs : forall n x y W i f, (i < n)%nat ->
  (forall j, (j < n)%nat -> j <> i -> x j <> x i) -> 0 < W i i ->
  minimises n x y W f -> f (x i) = y i.
Proof.
  intros n x y W i f Hi D P [Af M].
  set (g t := if Req_EM_T t (x i) then y i else f t).
  assert (Ef : forall t, t <> x i -> f t = g t) by (intros t Ht; unfold g; now destruct Req_EM_T).
  assert (Eg : g (x i) = y i) by (unfold g; now destruct Req_EM_T).
  (* Only the term of the self pair changes. *)
  assert (I : forall a b v, (a < n)%nat -> (b < n)%nat -> a <> i \/ b <> i ->
    is_RInt (loss x y f a b) 0 1 v -> is_RInt (loss x y g a b) 0 1 v).
  { intros a b v Ha Hb Hab I. destruct (Req_dec (x a) (x b)) as [Eab|Nab].
    - revert I. apply is_RInt_ext. intros l _. unfold loss. rewrite Ef; auto.
      unfold virtual. rewrite <- Eab. replace (l * x a + (1 - l) * x a) with (x a) by ring.
      destruct (Nat.eq_dec a i) as [->|]; [exfalso|auto].
      apply (D b); [auto | destruct Hab; congruence | congruence].
    - apply (is_RInt_except _ _ _ _ ((x i - x b) / (x a - x b)) v Rle_0_1 I).
      intros l Hl. unfold loss. rewrite Ef; auto. intros E. apply Hl. rewrite <- E.
      unfold virtual. field. lra. }
  assert (Ag : admissible n x y W g).
  { intros a b Ha Hb Hw. destruct (Nat.eq_dec a i) as [->|], (Nat.eq_dec b i) as [->|];
      try (eexists; apply RInt_self); destruct (Af _ _ Ha Hb Hw) as [v V];
      exists v; apply I; auto. }
  assert (C : criterion n x y W f
    = criterion n x y W g + / INR n ^ 2 * (W i i * (y i - f (x i)) ^ 2)).
  { unfold criterion. rewrite <- Rmult_plus_distr_l. f_equal.
    rewrite <- (sum_single n i (W i i * _) Hi), <- sum_plus. apply sum_ext; intros a Ha.
    destruct (Nat.eqb_spec a i) as [->|Na].
    - rewrite <- (sum_single n i (W i i * _) Hi), <- sum_plus. apply sum_ext; intros b Hb.
      destruct (Nat.eqb_spec b i) as [->|Nb].
      + rewrite !(is_RInt_unique _ _ _ _ (RInt_self _ _ _ i)), Eg. ring.
      + destruct (Req_dec (W i b) 0) as [Z|Z]; [rewrite Z; ring|]. rewrite Rplus_0_r. f_equal.
        symmetry. apply is_RInt_unique, I; auto. apply is_RInt_RInt, Af; auto.
    - rewrite Rplus_0_r. apply sum_ext; intros b Hb.
      destruct (Req_dec (W a b) 0) as [Z|Z]; [rewrite Z; ring|]. f_equal.
      symmetry. apply is_RInt_unique, I; auto. apply is_RInt_RInt, Af; auto. }
  specialize (M g Ag). rewrite C in M.
  assert (0 < / INR n ^ 2) by (apply Rinv_0_lt_compat, pow_lt, lt_0_INR; lia).
  destruct (Req_dec (f (x i)) (y i)) as [|N]; [auto|exfalso].
  assert (0 < (y i - f (x i)) ^ 2) by (apply pow2_gt_0; lra).
  assert (0 < / INR n ^ 2 * (W i i * (y i - f (x i)) ^ 2)); [|lra].
  apply Rmult_lt_0_compat; [|apply Rmult_lt_0_compat]; auto.
Qed.

(* Sharp: with equal inputs it is false.  At x = (0,0), y = (0,1) the mean 1/2 is a minimiser. *)
Theorem not_self_pairs_equal_inputs : exists n x y W i f, (i < n)%nat /\ 0 < W i i /\
  minimises n x y W f /\ f (x i) <> y i.
Proof.
  exists 2%nat, (fun _ => 0), INR, (fun i j => if i =? j then 1 else 0), O, (fun _ => 1 / 2).
  simpl. set (W := fun i j => if i =? j then 1 else 0). repeat split; auto; try lra.
  - intros i j _ _ H. unfold W in H. destruct (Nat.eqb_spec i j); [subst | lra].
    eexists. apply RInt_self.
  - assert (E : forall f, criterion 2 (fun _ => 0) INR W f = (f 0 ^ 2 + (1 - f 0) ^ 2) / 4).
    { intros f. unfold criterion, W. cbn -[INR RInt].
      rewrite !(is_RInt_unique _ _ _ _ (RInt_self _ _ _ _)). simpl. field. }
    intros g _. rewrite !E. pose proof (pow2_ge_0 (g 0 - 1 / 2)). lra.
Qed.

(* Sharp: without weight on the self pairs it is false, even for n = 1. *)
Theorem not_self_pairs_without_weight : exists n x y W i f, (i < n)%nat /\
  (forall j, (j < n)%nat -> j <> i -> x j <> x i) /\ minimises n x y W f /\ f (x i) <> y i.
Proof.
  exists 1%nat, (fun _ => 0), (fun _ => 0), (fun _ _ => 0), O, (fun _ => 1).
  repeat split; auto; try lra; try lia.
  - intros i j _ _ H. lra.
  - intros g _. unfold criterion. cbn -[INR RInt]. rewrite !Rmult_0_l. lra.
Qed.

(* Definition II.1, elsewhere: among the values v for a virtual input with targets T_i of weights
   w_i, the weighted mean of the targets alone has the least squared error. *)
Theorem mean_of_targets : forall n w T v, 0 < sum n w ->
  let mean := sum n (fun i => w i * T i) / sum n w in
  sum n (fun i => w i * (T i - v) ^ 2)
    = sum n (fun i => w i * (T i - mean) ^ 2) + sum n w * (mean - v) ^ 2.
Proof.
  intros n w T v P mean.
  assert (E : sum n (fun i => w i * T i) = mean * sum n w) by (unfold mean; field; lra).
  rewrite (sum_ext n _ (fun i => w i * (T i - mean) ^ 2 + (2 * (mean - v) * (w i * T i)
    + ((mean - v) ^ 2 - 2 * (mean - v) * mean) * w i))) by (intros; ring).
  rewrite !sum_plus, !sum_scal, E. ring.
Qed.

(* The same for f* itself: the targets at t are the values there of the segments that cover t, and
   f*(t) is their mean, with the densities of the virtual inputs as weights. *)
Theorem f_star_is_mean_of_targets : forall n x y W k t v,
  ordered n x -> (forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= W i j) ->
  (S k < n)%nat -> x k < t < x (S k) ->
  sum_covering n k (fun i j => beta x W i j * (segment x y i j t - v) ^ 2)
    = sum_covering n k (fun i j => beta x W i j * (segment x y i j t - f_star n x y W t) ^ 2)
      + gap_weight n x W k * (f_star n x y W t - v) ^ 2.
Proof.
  intros n x y W k t v Ho HW Hk Ht. rewrite (f_star_on_gap n x y W Ho k t Hk Ht).
  apply squares_over_gap; auto.
Qed.

(* Sharp: the mean without the weights is not the best value: weights 1, 2 and targets 0, 1. *)
Theorem not_mean_without_weights : exists w T v,
  let mean := sum 2 T / 2 in
  sum 2 (fun i => w i * (T i - v) ^ 2) < sum 2 (fun i => w i * (T i - mean) ^ 2).
Proof. exists (fun i => INR i + 1), INR, (2 / 3). simpl. lra. Qed.

(* Sharp: with the absolute loss it is not the mean: targets 0, 0, 1. *)
Theorem not_mean_absolute_loss : exists T v,
  let mean := sum 3 T / 3 in
  sum 3 (fun i => Rabs (T i - v)) < sum 3 (fun i => Rabs (T i - mean)).
Proof.
  exists (three 0 0 1), 0. simpl.
  repeat (rewrite Rabs_left by lra) || (rewrite Rabs_right by lra). lra.
Qed.
