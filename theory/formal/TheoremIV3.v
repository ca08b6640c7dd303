(* Theorem IV.3: "For a linear model f(x) = a x + b, a, b in R, the function f* that minimizes the
   loss of Mixup and Local Mixup is the same." *)

From Coq Require Import Reals Lra Lia.
From LocalMixup Require Import Sums LinearModels.
Open Scope R_scope.

Implicit Type E : law.

Lemma mixup_line E n x y a b : let r := residual x y a b in
  mixup E n x y (line a b)
  = / INR n ^ 2 * (2 * p E * INR n * sum n (fun i => r i ^ 2) + 2 * q E * sum n r ^ 2).
Proof.
  intros r. unfold mixup. f_equal.
  transitivity (sum n (fun i => INR n * (p1 E * r i ^ 2) + 2 * q E * sum n r * r i
    + p2 E * sum n (fun j => r j ^ 2))).
  - apply sum_ext; intros i _.
    replace (2 * q E * sum n r * r i) with (2 * q E * r i * sum n r) by ring.
    rewrite <- sum_const, <- !sum_scal, <- !sum_plus.
    apply sum_ext; intros j _. apply pair_criterion.
  - rewrite !sum_plus, sum_scal, sum_scal, sum_scal, sum_const. unfold p. field.
Qed.

(* Mixup for uniform lambda, as printed in Section III: its criterion of a line with residuals r
   is (2n sum r_i^2 + (sum r_i)^2) / (3 n^2). *)
Theorem mixup_criterion n x y a b : (0 < n)%nat -> let r := residual x y a b in
  mixup uniform n x y (line a b)
  = (2 * INR n * sum n (fun i => r i ^ 2) + sum n r ^ 2) / (3 * INR n ^ 2).
Proof.
  intros Hn r. rewrite mixup_line. fold r. unfold p.
  destruct uniform_moments as [-> [-> ->]]. field. apply not_0_INR. lia.
Qed.

(* Sharp: no other factor than 2. *)
Theorem mixup_criterion_sharp c :
  (forall n x y a b, (0 < n)%nat -> let r := residual x y a b in
   mixup uniform n x y (line a b)
   = (c * INR n * sum n (fun i => r i ^ 2) + sum n r ^ 2) / (3 * INR n ^ 2)) -> c = 2.
Proof.
  intros H. specialize (H 1%nat (fun _ => 0) (fun _ => 1) 0 0 Nat.lt_0_1). simpl in H.
  rewrite mixup_criterion in H by lia. unfold residual in H; simpl in H. lra.
Qed.

Lemma vanilla_line n x y a b :
  vanilla n x y (line a b) = sum n (fun i => residual x y a b i ^ 2).
Proof. apply sum_ext; intros i _. unfold residual, line. ring. Qed.

Lemma residual_shift n x y a b t :
  let r := residual x y a b in let r' := residual x y a (b + t) in
  sum n r' = sum n r + INR n * t /\
  sum n (fun i => r' i ^ 2) = sum n (fun i => r i ^ 2) + 2 * t * sum n r + INR n * t ^ 2.
Proof.
  intros r r'. split; rewrite <- sum_const, <- ?sum_scal, <- !sum_plus;
    apply sum_ext; intros i _; unfold r, r', residual; ring.
Qed.

(* Not in the paper: for every n, all inputs and outputs and every law of lambda, Mixup's best
   lines are the least squares lines, those of vanilla training. *)
Theorem mixup_is_least_squares E n x y a b :
  best_line (mixup E n x y) a b <-> best_line (vanilla n x y) a b.
Proof.
  destruct (Nat.eq_dec n 0) as [->|Hn].
  { split; intros _ a' b'; unfold mixup, vanilla; simpl; lra. }
  set (N := INR n). assert (HN : 0 < N) by (apply lt_0_INR; lia).
  destruct (moments E) as [Hpq Hq].
  assert (Hinv : 0 < / N ^ 2) by (apply Rinv_0_lt_compat; nra).
  set (S2 := fun a b => sum n (fun i => residual x y a b i ^ 2)).
  set (S1 := fun a b => sum n (residual x y a b)).
  assert (HL : forall a' b', mixup E n x y (line a' b')
    = / N ^ 2 * (2 * p E * N * S2 a' b' + 2 * q E * S1 a' b' ^ 2)) by (intros; apply mixup_line).
  assert (HV : forall a' b', vanilla n x y (line a' b') = S2 a' b')
    by (intros; apply vanilla_line).
  (* Moved to mean zero, a line loses N (mean r)^2 of sum r^2. *)
  assert (HS : forall a' b', let b0 := b' + - (S1 a' b' / N) in
    S1 a' b0 = 0 /\ N * S2 a' b0 = N * S2 a' b' - S1 a' b' ^ 2).
  { intros a' b' b0. destruct (residual_shift n x y a' b' (- (S1 a' b' / N))) as [H1 H2].
    unfold S1 at 1, S2 at 1. fold b0 in H1, H2. rewrite H1, H2. fold N (S1 a' b') (S2 a' b').
    split; field; lra. }
  split; intros Hm a' b'; destruct (HS a' b') as [Z' D']; destruct (HS a b) as [Z D].
  - specialize (Hm a (b + - (S1 a b / N))) as H1.
    specialize (Hm a' (b' + - (S1 a' b' / N))) as H2.
    rewrite !HL in H1, H2. apply Rmult_le_reg_l in H1, H2; auto.
    rewrite Z in H1. rewrite Z' in H2. rewrite !HV.
    assert (H0 : S1 a b ^ 2 = 0) by (pose proof (pow2_ge_0 (S1 a b)); nra).
    rewrite H0 in H2. assert (0 <= S1 a' b' ^ 2) by apply pow2_ge_0.
    assert (2 * p E * (N * S2 a b) <= 2 * p E * (N * S2 a' b')) by nra.
    apply Rmult_le_reg_l with (2 * p E * N); nra.
  - specialize (Hm a (b + - (S1 a b / N))) as H1. rewrite !HV in H1.
    assert (H0 : S1 a b ^ 2 = 0) by (pose proof (pow2_ge_0 (S1 a b)); nra).
    rewrite !HL, H0. apply Rmult_le_compat_l; [lra|].
    specialize (Hm a' b') as H2. rewrite !HV in H2.
    assert (0 <= S1 a' b' ^ 2) by apply pow2_ge_0.
    assert (2 * p E * N * S2 a b <= 2 * p E * N * S2 a' b')
      by (apply Rmult_le_compat_l; nra).
    nra.
Qed.

(* Both have one minimiser only, as soon as two inputs differ. *)
Theorem mixup_minimiser_unique E n x y i j :
  (i < n)%nat -> (j < n)%nat -> x i <> x j ->
  exists a b, forall a' b', best_line (mixup E n x y) a' b' <-> a' = a /\ b' = b.
Proof.
  intros Hi Hj Hx. destruct (vanilla_minimiser_exists n x y) as (a & b & H). exists a, b.
  intros a' b'. rewrite mixup_is_least_squares.
  split; [intros H' | intros [-> ->]; exact H].
  apply vanilla_minimises in H, H'. set (r := residual x y a b) in *.
  set (r' := residual x y a' b') in *.
  assert (H0 : sum n (fun k => ((a' - a) * x k + (b' - b)) ^ 2) = 0).
  { transitivity ((a' - a) * (1 * sum n (fun k => x k * r' k) + (-1) * sum n (fun k => x k * r k))
      + (b' - b) * (1 * sum n r' + (-1) * sum n r)).
    - rewrite <- !sum_linear. apply sum_ext; intros k _. unfold r, r', residual. ring.
    - destruct H as [-> ->], H' as [-> ->]. ring. }
  pose proof (sum_eq_0 _ _ (fun k _ => pow2_ge_0 _) H0) as Hz. simpl in Hz.
  assert (Ei : (a' - a) * x i + (b' - b) = 0) by (specialize (Hz i Hi); nra).
  assert (Ej : (a' - a) * x j + (b' - b) = 0) by (specialize (Hz j Hj); nra).
  assert (Ea : (a' - a) * (x i - x j) = 0) by lra.
  apply Rmult_integral in Ea. destruct Ea; [|lra]. assert (a' = a) by lra. subst. lra.
Qed.

(* Three points x = (0, 1, 2), y = (0, 1, 0) and the path graph: neighbours have weight 1, self
   pairs weight s >= 0 (K = 1 neighbour, or the threshold epsilon = 1; s = 1 in Eq. (2)). *)
Definition bump (i : nat) : R := if Nat.eqb i 1 then 1 else 0.
Definition path (s : R) (i j : nat) : R :=
  if Nat.eqb i j then s else if Nat.eqb i (S j) then 1 else if Nat.eqb j (S i) then 1 else 0.

Lemma path_graph s n : 0 <= s -> symmetric n (path s) /\ nonnegative n (path s).
Proof.
  intros Hs. split; intros i j _ _; unfold path; rewrite ?(Nat.eqb_sym j i);
    destruct (Nat.eqb_spec i j), (Nat.eqb_spec i (S j)), (Nat.eqb_spec j (S i)); try lra; lia.
Qed.

(* Theorem IV.3 refuted: on these three points both minimisers are unique and have slope 0, but
   different intercepts, for every law of lambda and every weight s of the self pairs. *)
Theorem theorem_IV3_refuted E s : 0 <= s ->
  (forall a b, best_line (mixup E 3 INR bump) a b <-> a = 0 /\ b = 1 / 3) /\
  (forall a b, best_line (local_mixup E 3 (path s) INR bump) a b
    <-> a = 0 /\ b = (2 + s) / (4 + 3 * s)) /\
  1 / 3 <> (2 + s) / (4 + 3 * s).
Proof.
  intros Hs. split; [|split].
  - intros a b. rewrite mixup_is_least_squares, vanilla_minimises.
    unfold residual, bump; simpl. lra.
  - intros a b. rewrite local_mixup_minimises by now apply path_graph.
    destruct (moments E) as [Hpq Hq]. unfold p in Hpq. unfold M, residual, bump, path; simpl.
    set (P1 := p1 E) in *. set (P2 := p2 E) in *. set (Q := q E) in *.
    replace P1 with (1 - 2 * Q - P2) by lra.
    assert (Hb : b = (2 + s) / (4 + 3 * s) <-> (4 + 3 * s) * b = 2 + s).
    { split; [intros ->; field; lra | intros H; rewrite <- H; field; lra]. }
    rewrite Hb. split.
    + intros [H1 H2]. assert (Ha : a * (1 + s - 2 * Q) = 0) by nra.
      apply Rmult_integral in Ha. destruct Ha as [->|]; [split; lra | lra].
    + intros [-> H]. split; nra.
  - intros H. assert (H' : 1 / 3 * (4 + 3 * s) = 2 + s) by (rewrite H; field; lra). lra.
Qed.

(* Sharp: so the paper's sentence is false, and Local Mixup is not least squares for all graphs with
   symmetric weights W >= 0 and self pairs. *)
Corollary not_theorem_IV3 E :
  ~ (forall n W x y a b, symmetric n W -> nonnegative n W -> (forall i, (i < n)%nat -> 0 < W i i) ->
     best_line (mixup E n x y) a b -> best_line (local_mixup E n W x y) a b).
Proof.
  intros H. destruct (theorem_IV3_refuted E 1) as (HM & HL & Hne); [lra|].
  destruct (path_graph 1 3) as [S N]; [lra|].
  apply Hne. apply (HL 0). apply H; auto; [|now apply HM].
  intros i _. unfold path. rewrite Nat.eqb_refl. lra.
Qed.

(* M maps the span of 1 and x into itself. *)
Definition keeps_span (n : nat) (x : nat -> R) (T : (nat -> R) -> nat -> R) : Prop :=
  exists c0 c1 d0 d1, forall i, (i < n)%nat ->
    T (fun _ => 1) i = c0 + c1 * x i /\ T x i = d0 + d1 * x i.

(* Not in the paper, directed graphs: every least squares line minimises Local Mixup's criterion,
   whatever the outputs, if and only if M maps the span of 1 and x into itself. *)
Theorem IV3_condition_directed E n W x : nonnegative n W ->
  (forall y a b, best_line (vanilla n x y) a b -> best_line (local_mixup E n W x y) a b)
  <-> keeps_span n x (M E n W).
Proof.
  intros HW.
  assert (H1 : forall u, sum n (M E n W u) = sum n (fun i => u i * M E n W (fun _ => 1) i)).
  { intros u. rewrite <- M_selfadjoint. apply sum_ext; intros; ring. }
  split.
  - intros H.
    (* The part of the column v orthogonal to the span is the residual of its least squares line. *)
    assert (HC : forall v, (forall u, sum n (fun i => u i * v i) = sum n (M E n W u) \/
        sum n (fun i => u i * v i) = sum n (fun i => x i * M E n W u i)) ->
      exists c0 c1, forall i, (i < n)%nat -> v i = c0 + c1 * x i).
    { intros v Hv. destruct (vanilla_minimiser_exists n x v) as (a & b & Hm).
      exists b, a. intros i Hi.
      pose proof (H _ _ _ Hm) as HL. apply local_mixup_minimises in HL; auto.
      apply vanilla_minimises in Hm. set (r := residual x v a b) in *.
      assert (Hrv : sum n (fun i => r i * v i) = 0)
        by (destruct HL as [L1 L2], (Hv r) as [->| ->]; assumption).
      assert (H0 : sum n (fun i => r i ^ 2) = 0).
      { transitivity (a * sum n (fun i => x i * r i) + b * sum n r
          + (-1) * sum n (fun i => r i * v i)).
        - rewrite <- sum_linear, <- sum_scal, <- sum_plus. apply sum_ext; intros k _.
          unfold r, residual. ring.
        - destruct Hm as [-> ->]. rewrite Hrv. ring. }
      pose proof (sum_eq_0 _ _ (fun k _ => pow2_ge_0 (r k)) H0 i Hi) as Hz.
      assert (r i = 0) by nra. unfold r, residual in *. lra. }
    destruct (HC (M E n W (fun _ => 1))) as (c0 & c1 & Hc); [intros u; left; now rewrite H1|].
    destruct (HC (M E n W x)) as (d0 & d1 & Hd);
      [intros u; right; now rewrite <- M_selfadjoint|].
    exists c0, c1, d0, d1. auto.
  - intros (c0 & c1 & d0 & d1 & H) y a b Hm.
    apply local_mixup_minimises; auto. apply vanilla_minimises in Hm.
    set (r := residual x y a b) in *. destruct Hm as [Hx H0]. split.
    + rewrite M_selfadjoint. transitivity (d0 * sum n r + d1 * sum n (fun i => x i * r i)).
      * rewrite <- sum_linear. apply sum_ext; intros i Hi. destruct (H i Hi) as [_ ->]. ring.
      * rewrite H0, Hx. ring.
    + rewrite H1. transitivity (c0 * sum n r + c1 * sum n (fun i => x i * r i)).
      * rewrite <- sum_linear. apply sum_ext; intros i Hi. destruct (H i Hi) as [-> _]. ring.
      * rewrite H0, Hx. ring.
Qed.

(* M is positive definite if every vertex has an edge or a self pair and lambda is not always 1/2,
   that is, q < 1/4. *)
Lemma M_definite E n W u : symmetric n W -> nonnegative n W ->
  (1 - 4 * q E) * sum n (fun i => degree n W i * u i ^ 2) <= sum n (fun i => u i * M E n W u i).
Proof.
  intros HS HW.
  assert (HD : sum n (fun i => degree n W i * u i ^ 2)
    = / 2 * sum n (fun i => sum n (fun j => W i j * (u i ^ 2 + u j ^ 2)))).
  { transitivity (/ 2 * sum n (fun i => sum n (fun j => W i j * u i ^ 2))
      + / 2 * sum n (fun i => sum n (fun j => W j i * u i ^ 2))).
    - rewrite <- sum_linear. apply sum_ext; intros i Hi. unfold degree.
      transitivity (u i ^ 2 * sum n (W i)); [ring|]. rewrite <- sum_scal, <- sum_linear.
      apply sum_ext; intros j Hj. rewrite (HS j i) by auto. field.
    - rewrite (sum_swap n n (fun i j => W j i * u i ^ 2)), <- sum_sum_linear, <- sum_scal.
      apply sum_ext; intros i _. rewrite <- sum_scal. apply sum_ext; intros j _. ring. }
  assert (HM : sum n (fun i => u i * M E n W u i)
    = sum n (fun i => sum n (fun j =>
        W i j * (p E * (u i ^ 2 + u j ^ 2) + 2 * q E * (u i * u j))))).
  { transitivity (/ 2 * sum n (fun i => u i * M E n W u i)
      + / 2 * sum n (fun i => u i * M E n W u i)); [field|].
    rewrite M_form at 1. rewrite M_form.
    rewrite (sum_swap n n) at 2. rewrite <- sum_sum_linear.
    apply sum_sum_ext; intros i j Hi Hj. rewrite (HS j i) by auto. unfold p. field. }
  rewrite HD, HM, <- Rmult_assoc, <- sum_scal. apply sum_le; intros i Hi. rewrite <- sum_scal.
  apply sum_le; intros j Hj. destruct (moments E) as [Hpq Hq].
  assert (0 <= W i j * (q E * (u i + u j) ^ 2)).
  { apply Rmult_le_pos; auto. apply Rmult_le_pos; [lra | apply pow2_ge_0]. }
  replace (p E) with (1 / 2 - q E) by lra. lra.
Qed.

(* The exact condition for Theorem IV.3 (the paper has none): let every vertex have an edge or a
   self pair, and lambda not always be 1/2.  Local Mixup has the same best line as least squares,
   so as Mixup, for all outputs, if and only if M = 2 (p D + q W) maps the span of 1 and x into
   itself; D is the diagonal matrix of the degrees. *)
Theorem IV3_condition E n W x :
  symmetric n W -> nonnegative n W -> (forall i, (i < n)%nat -> 0 < degree n W i) ->
  q E < 1 / 4 ->
  (forall y a b, best_line (local_mixup E n W x y) a b <-> best_line (vanilla n x y) a b)
  <-> keeps_span n x (fun u i =>
        2 * (p E * degree n W i * u i + q E * sum n (fun j => W i j * u j))).
Proof.
  intros HS HW HD Hq.
  assert (HK : keeps_span n x (M E n W) <-> keeps_span n x (fun u i =>
    2 * (p E * degree n W i * u i + q E * sum n (fun j => W i j * u j)))).
  { split; intros (c0 & c1 & d0 & d1 & H); exists c0, c1, d0, d1; intros i Hi;
      specialize (H i Hi); [rewrite !M_symmetric in H by auto | rewrite !M_symmetric by auto];
      exact H. }
  rewrite <- HK, <- IV3_condition_directed by auto. split; [intros H y a b; apply H|].
  intros H y a b. split; [|apply H].
  intros HL. destruct (vanilla_minimiser_exists n x y) as (a' & b' & HV).
  pose proof (H _ _ _ HV) as HL'. apply local_mixup_minimises in HL, HL'; auto.
  set (r := residual x y a b) in *. set (r' := residual x y a' b') in *.
  (* Both lines minimise, so M vanishes on their difference, which is 0 at all inputs. *)
  set (u := fun i => 1 * r i + (-1) * r' i).
  assert (H0 : sum n (fun i => u i * M E n W u i) = 0).
  { transitivity ((a - a') * (1 * sum n (fun i => x i * M E n W r i)
        + (-1) * sum n (fun i => x i * M E n W r' i))
      + (b - b') * (1 * sum n (M E n W r) + (-1) * sum n (M E n W r'))).
    - rewrite <- !sum_linear. apply sum_ext; intros i _. unfold u at 2. rewrite M_linear.
      unfold u, r at 1, r' at 1, residual. ring.
    - destruct HL as [-> ->], HL' as [-> ->]. ring. }
  assert (Hu : forall i, (i < n)%nat -> r i = r' i).
  { intros i Hi. pose proof (M_definite E n W u HS HW) as Hd. rewrite H0 in Hd.
    assert (Hp : forall k, (k < n)%nat -> 0 <= degree n W k * u k ^ 2).
    { intros k Hk. apply Rmult_le_pos; [left; auto | apply pow2_ge_0]. }
    pose proof (sum_nonneg _ _ Hp) as Hs.
    assert (Hz : sum n (fun k => degree n W k * u k ^ 2) = 0) by nra.
    pose proof (sum_eq_0 _ _ Hp Hz i Hi) as Hi0. specialize (HD i Hi).
    assert (u i ^ 2 = 0) by nra. assert (u i = 0) by nra. unfold u in *. lra. }
  apply vanilla_minimises. apply vanilla_minimises in HV.
  destruct HV as [V1 V2]. split.
  - rewrite <- V1. apply sum_ext; intros i Hi. fold r r'. now rewrite Hu.
  - rewrite <- V2. apply sum_ext; intros i Hi. fold r r'. now rewrite Hu.
Qed.

(* Sharp: two points are too few for a counterexample to Theorem IV.3. *)
Theorem theorem_IV3_refuted_sharp E W x :
  symmetric 2 W -> nonnegative 2 W -> (forall i, (i < 2)%nat -> 0 < degree 2 W i) ->
  q E < 1 / 4 -> x 0%nat <> x 1%nat ->
  forall y a b, best_line (local_mixup E 2 W x y) a b <-> best_line (mixup E 2 x y) a b.
Proof.
  intros HS HW HD Hq Hx y a b. rewrite mixup_is_least_squares. revert y a b.
  apply IV3_condition; auto.
  assert (H : forall v : nat -> R, exists c0 c1, forall i, (i < 2)%nat -> v i = c0 + c1 * x i).
  { intros v. set (c1 := (v 1%nat - v 0%nat) / (x 1%nat - x 0%nat)).
    exists (v 0%nat - c1 * x 0%nat), c1. intros [|[|i]] Hi; [ring | | lia].
    unfold c1. field. lra. }
  destruct (H (fun i => 2 * (p E * degree 2 W i * 1 + q E * sum 2 (fun j => W i j * 1))))
    as (c0 & c1 & Hc).
  destruct (H (fun i => 2 * (p E * degree 2 W i * x i + q E * sum 2 (fun j => W i j * x j))))
    as (d0 & d1 & Hd).
  exists c0, c1, d0, d1. intros i Hi. now rewrite <- Hc, <- Hd.
Qed.

(* The cycle of 4 points. *)
Definition cycle4 (i j : nat) : R := if Nat.odd (i + j) then 1 else 0.

(* Sharp: neither half of the condition suffices.  On the cycle of 4 points at 0, 1, 2, 3 M keeps
   the constants, on the path of 3 points at -1, 0, 1 it keeps the coordinate. *)
Theorem IV3_condition_sharp E : 0 < q E ->
  ((exists c0 c1, forall i, (i < 4)%nat -> M E 4 cycle4 (fun _ => 1) i = c0 + c1 * INR i) /\
   ~ (forall y a b, best_line (vanilla 4 INR y) a b ->
      best_line (local_mixup E 4 cycle4 INR y) a b)) /\
  let x i := INR i - 1 in
  ((exists d0 d1, forall i, (i < 3)%nat -> M E 3 (path 1) x i = d0 + d1 * x i) /\
   ~ (forall y a b, best_line (vanilla 3 x y) a b ->
      best_line (local_mixup E 3 (path 1) x y) a b)).
Proof.
  intros Hq. destruct (moments E) as [Hpq _]. unfold p in Hpq.
  assert (HC : nonnegative 4 cycle4)
    by (intros i j _ _; unfold cycle4; destruct (Nat.odd (i + j)); lra).
  split; [split | intros x; split].
  - exists 2, 0. intros i Hi. unfold M, cycle4.
    destruct i as [|[|[|[|i]]]]; [.. | lia]; simpl; lra.
  - rewrite IV3_condition_directed by exact HC. intros (c0 & c1 & d0 & d1 & H).
    destruct (H 0%nat) as [_ H0]; [lia|]. destruct (H 1%nat) as [_ H1]; [lia|].
    destruct (H 2%nat) as [_ H2]; [lia|]. unfold M, cycle4 in H0, H1, H2.
    simpl in H0, H1, H2. lra.
  - exists 0, (2 - 2 * q E). intros i Hi. unfold M, path, x.
    destruct i as [|[|[|i]]]; [.. | lia]; simpl; lra.
  - rewrite IV3_condition_directed by (apply path_graph; lra). intros (c0 & c1 & d0 & d1 & H).
    destruct (H 0%nat) as [H0 _]; [lia|]. destruct (H 1%nat) as [H1 _]; [lia|].
    destruct (H 2%nat) as [H2 _]; [lia|]. unfold M, path, x in H0, H1, H2.
    simpl in H0, H1, H2. lra.
Qed.

(* lambda is always 1/2. *)
Definition middle : law.
Proof.
  refine {| expectation := fun g => g (1 / 2) |}.
  - intros. field.
  - intros c0 c1 c2 H. apply H. lra.
Defined.

(* Sharp: the two other hypotheses are needed, here on two points.  Without any edge, or with one
   edge and lambda always 1/2, M keeps the span, but Local Mixup's best line is not unique. *)
Theorem IV3_condition_hypotheses E W :
  W = (fun _ _ => 0) \/ E = middle /\ W = path 0 ->
  keeps_span 2 INR (M E 2 W) /\
  best_line (local_mixup E 2 W INR (fun _ => 0)) 2 (-1) /\
  ~ best_line (vanilla 2 INR (fun _ => 0)) 2 (-1).
Proof.
  intros H. split; [|split].
  - set (v1 := M E 2 W (fun _ => 1)). set (vx := M E 2 W INR).
    exists (v1 0%nat), (v1 1%nat - v1 0%nat), (vx 0%nat), (vx 1%nat - vx 0%nat).
    intros [|[|i]] Hi; [change (INR 0) with 0 | change (INR 1) with 1 | lia];
      unfold v1, vx; split; ring.
  - apply local_mixup_minimises.
    + destruct H as [->|[_ ->]]; [intros i j _ _; lra | apply path_graph; lra].
    + destruct H as [->|[-> ->]]; unfold M, path, residual; simpl; [split; ring|].
      unfold p1, p2, q; simpl. split; field.
  - rewrite vanilla_minimises. unfold residual; simpl. lra.
Qed.
