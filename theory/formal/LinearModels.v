(* Section IV.B.2: the criteria of vanilla training, Mixup and Local Mixup with squared loss, and
   what they become for a linear model f(x) = a x + b. *)

From Coq Require Import Reals Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From LocalMixup Require Import Sums Criterion.
Open Scope R_scope.

(* A law of lambda on [0,1], by its expectation E.  The criteria of linear models contain only
   quadratic polynomials in lambda, so nothing is asked of E on other functions.  Each
   Beta[alpha, beta] has such an expectation; constructed below is Beta[1, 1], the uniform law. *)
Record law := {
  expectation :> (R -> R) -> R;
  linearity : forall c0 c1 c2,
    expectation (fun l => c0 + c1 * l + c2 * l ^ 2)
    = c0 + c1 * expectation (fun l => l) + c2 * expectation (fun l => l ^ 2);
  positivity : forall c0 c1 c2, (forall l, 0 <= l <= 1 -> 0 <= c0 + c1 * l + c2 * l ^ 2) ->
    0 <= expectation (fun l => c0 + c1 * l + c2 * l ^ 2) }.

(* The moments that the criteria contain. *)
Definition p1 (E : law) : R := E (fun l => l ^ 2).
Definition p2 (E : law) : R := E (fun l => (1 - l) ^ 2).
Definition p (E : law) : R := (p1 E + p2 E) / 2.
Definition q (E : law) : R := E (fun l => l * (1 - l)).

(* Section II: vanilla training, Definition II.1 and Eq. (2) with squared loss. *)
Definition vanilla (n : nat) (x y : nat -> R) (f : R -> R) : R :=
  sum n (fun i => (y i - f (x i)) ^ 2).

Definition mixup (E : law) (n : nat) (x y : nat -> R) (f : R -> R) : R :=
  / INR n ^ 2 * sum n (fun i => sum n (fun j =>
    E (fun l => (virtual y i j l - f (virtual x i j l)) ^ 2))).

Definition local_mixup (E : law) (n : nat) (W : nat -> nat -> R) (x y : nat -> R) (f : R -> R)
  : R :=
  sum n (fun i => sum n (fun j =>
    W i j * E (fun l => (virtual y i j l - f (virtual x i j l)) ^ 2))).

(* The hypothesis set of Theorem IV.3, and: among its functions a x + b minimises the criterion C.
   The minimiser need not be unique. *)
Definition line (a b t : R) : R := a * t + b.
Definition best_line (C : (R -> R) -> R) (a b : R) : Prop :=
  forall a' b', C (line a b) <= C (line a' b').

Definition residual (x y : nat -> R) (a b : R) (i : nat) : R := a * x i + b - y i.

(* The graphs of Section IV.A. *)
Definition symmetric (n : nat) (W : nat -> nat -> R) : Prop :=
  forall i j, (i < n)%nat -> (j < n)%nat -> W i j = W j i.
Definition nonnegative (n : nat) (W : nat -> nat -> R) : Prop :=
  forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= W i j.
Definition degree (n : nat) (W : nat -> nat -> R) (i : nat) : R := sum n (W i).

(* Local Mixup's criterion of a line is r^T M r.  For symmetric W, M = 2 (p D + q W) with the
   degrees on the diagonal of D, see M_symmetric. *)
Definition M (E : law) (n : nat) (W : nat -> nat -> R) (u : nat -> R) (i : nat) : R :=
  sum n (fun j => W i j * (p1 E * u i + q E * u j) + W j i * (p2 E * u i + q E * u j)).

(* Sums. *)

Lemma sum_linear n c d f g :
  sum n (fun i => c * f i + d * g i) = c * sum n f + d * sum n g.
Proof. now rewrite sum_plus, !sum_scal. Qed.

Lemma sum_sum_ext n f g : (forall i j, (i < n)%nat -> (j < n)%nat -> f i j = g i j) ->
  sum n (fun i => sum n (f i)) = sum n (fun i => sum n (g i)).
Proof. intros H. apply sum_ext; intros i Hi. apply sum_ext; auto. Qed.

Lemma sum_sum_nonneg n f : (forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= f i j) ->
  0 <= sum n (fun i => sum n (f i)).
Proof. intros H. apply sum_nonneg; intros i Hi. apply sum_nonneg; auto. Qed.

Lemma sum_sum_linear n c d f g :
  sum n (fun i => sum n (fun j => c * f i j + d * g i j))
  = c * sum n (fun i => sum n (f i)) + d * sum n (fun i => sum n (g i)).
Proof. rewrite <- sum_linear. apply sum_ext; intros i _. apply sum_linear. Qed.

(* Moments. *)

Implicit Type E : law.

Lemma p2_q E : p2 E = 1 - 2 * E (fun l => l) + p1 E /\ q E = E (fun l => l) - p1 E.
Proof.
  unfold p1, p2, q; split.
  - rewrite <- (Rmult_1_l (E (fun l => l ^ 2))).
    replace (1 - 2 * E (fun l => l)) with (1 + (-2) * E (fun l => l)) by ring.
    rewrite <- linearity. f_equal. apply functional_extensionality; intros l; ring.
  - replace (E (fun l => l) - E (fun l => l ^ 2))
      with (0 + 1 * E (fun l => l) + (-1) * E (fun l => l ^ 2)) by ring.
    rewrite <- linearity. f_equal. apply functional_extensionality; intros l; ring.
Qed.

Lemma moments E : 2 * p E + 2 * q E = 1 /\ 0 <= q E <= 1 / 4.
Proof.
  destruct (p2_q E) as [P Q]. split; [unfold p; lra|].
  unfold p1 in Q. pose proof (positivity E 0 1 (-1)) as H0.
  pose proof (positivity E (1 / 4) (-1) 1) as H1.
  rewrite linearity in H0, H1.
  split.
  - apply Rle_trans with (1 := H0 ltac:(intros; nra)). lra.
  - enough (0 <= 1 / 4 + -1 * E (fun l => l) + 1 * E (fun l => l ^ 2)) by lra.
    apply H1. intros l _. replace (1 / 4 + -1 * l + 1 * l ^ 2) with ((l - 1 / 2) ^ 2) by field.
    apply pow2_ge_0.
Qed.

(* The virtual residual is lambda r_i + (1 - lambda) r_j. *)
Lemma expected_square E u v :
  E (fun l => (l * u + (1 - l) * v) ^ 2) = p1 E * u ^ 2 + 2 * q E * u * v + p2 E * v ^ 2.
Proof.
  destruct (p2_q E) as [-> ->]. unfold p1.
  replace (fun l => (l * u + (1 - l) * v) ^ 2)
    with (fun l => v ^ 2 + (2 * v * (u - v)) * l + (u - v) ^ 2 * l ^ 2)
    by (apply functional_extensionality; intros l; ring).
  rewrite linearity. ring.
Qed.

Lemma expected_square_nonneg E u v : 0 <= p1 E * u ^ 2 + 2 * q E * u * v + p2 E * v ^ 2.
Proof.
  rewrite <- expected_square.
  replace (fun l => (l * u + (1 - l) * v) ^ 2)
    with (fun l => v ^ 2 + (2 * v * (u - v)) * l + (u - v) ^ 2 * l ^ 2)
    by (apply functional_extensionality; intros l; ring).
  apply positivity. intros l _.
  replace (v ^ 2 + 2 * v * (u - v) * l + (u - v) ^ 2 * l ^ 2)
    with ((l * u + (1 - l) * v) ^ 2) by ring.
  apply pow2_ge_0.
Qed.

(* The criterion of a pair (i, j) for every law of lambda. *)
Lemma pair_criterion E x y a b i j :
  E (fun l => (virtual y i j l - line a b (virtual x i j l)) ^ 2)
  = p1 E * residual x y a b i ^ 2 + 2 * q E * residual x y a b i * residual x y a b j
    + p2 E * residual x y a b j ^ 2.
Proof.
  rewrite <- expected_square. f_equal. apply functional_extensionality; intros l.
  unfold virtual, line, residual. ring.
Qed.

(* lambda uniform on [0,1]: Beta[1,1] of Section III. *)

Lemma continuous_quadratic c0 c1 c2 l : continuous (fun l => c0 + c1 * l + c2 * l ^ 2) l.
Proof.
  apply (ex_derive_continuous (V := R_NormedModule)). auto_derive. trivial.
Qed.

Lemma RInt_quadratic c0 c1 c2 :
  RInt (fun l => c0 + c1 * l + c2 * l ^ 2) 0 1 = c0 + c1 / 2 + c2 / 3.
Proof.
  apply is_RInt_unique.
  set (G := fun l => c0 * l + c1 / 2 * l ^ 2 + c2 / 3 * l ^ 3).
  replace (c0 + c1 / 2 + c2 / 3) with (minus (G 1) (G 0))
    by (unfold minus, plus, opp, G; simpl; field).
  apply (is_RInt_derive G).
  - intros l _. unfold G. auto_derive; [trivial | field].
  - intros l _. apply continuous_quadratic.
Qed.

Lemma RInt_moments : RInt (fun l => l) 0 1 = 1 / 2 /\ RInt (fun l => l ^ 2) 0 1 = 1 / 3.
Proof.
  split.
  - transitivity (RInt (fun l => 0 + 1 * l + 0 * l ^ 2) 0 1); [|rewrite RInt_quadratic; lra].
    f_equal. apply functional_extensionality; intros l; ring.
  - transitivity (RInt (fun l => 0 + 0 * l + 1 * l ^ 2) 0 1); [|rewrite RInt_quadratic; lra].
    f_equal. apply functional_extensionality; intros l; ring.
Qed.

Definition uniform : law.
Proof.
  refine {| expectation := fun g => RInt g 0 1 |}.
  - intros c0 c1 c2. destruct RInt_moments as [-> ->]. rewrite RInt_quadratic. field.
  - intros c0 c1 c2 H. apply RInt_ge_0; [lra | | intros l Hl; apply H; lra].
    apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros l _.
    apply continuous_quadratic.
Defined.

(* For uniform lambda the criterion of a pair is (r_i^2 + r_i r_j + r_j^2) / 3. *)
Lemma uniform_moments : p1 uniform = 1 / 3 /\ p2 uniform = 1 / 3 /\ q uniform = 1 / 6.
Proof.
  destruct (p2_q uniform) as [-> ->]. unfold p1.
  change (expectation uniform) with (fun g : R -> R => RInt g 0 1). cbv beta.
  destruct RInt_moments as [-> ->]. lra.
Qed.

(* Local Mixup's criterion of a line. *)

Lemma local_mixup_line E n W x y a b :
  let r := residual x y a b in
  local_mixup E n W x y (line a b) = sum n (fun i => sum n (fun j =>
    W i j * (p1 E * r i ^ 2 + 2 * q E * r i * r j + p2 E * r j ^ 2))).
Proof. apply sum_sum_ext; intros i j _ _. now rewrite pair_criterion. Qed.

(* The bilinear form v^T M u. *)
Lemma M_form E n W u v :
  sum n (fun i => v i * M E n W u i) = sum n (fun i => sum n (fun j =>
    W i j * (p1 E * u i * v i + q E * (u i * v j + u j * v i) + p2 E * u j * v j))).
Proof.
  transitivity (1 * sum n (fun i => sum n (fun j => W i j * (p1 E * u i + q E * u j) * v i))
    + 1 * sum n (fun i => sum n (fun j => W j i * (p2 E * u i + q E * u j) * v i))).
  - rewrite <- sum_sum_linear. apply sum_ext; intros i _.
    unfold M. rewrite <- sum_scal. apply sum_ext; intros j _. ring.
  - rewrite (sum_swap n n (fun i j => W j i * (p2 E * u i + q E * u j) * v i)).
    rewrite <- sum_sum_linear. apply sum_sum_ext; intros i j _ _. ring.
Qed.

Lemma M_selfadjoint E n W u v :
  sum n (fun i => v i * M E n W u i) = sum n (fun i => u i * M E n W v i).
Proof. rewrite !M_form. apply sum_sum_ext; intros i j _ _. ring. Qed.

Lemma M_nonneg E n W u : nonnegative n W -> 0 <= sum n (fun i => u i * M E n W u i).
Proof.
  intros H. rewrite M_form. apply sum_sum_nonneg; intros i j Hi Hj.
  apply Rmult_le_pos; auto. pose proof (expected_square_nonneg E (u i) (u j)). lra.
Qed.

Lemma M_symmetric E n W u i : symmetric n W -> (i < n)%nat ->
  M E n W u i = 2 * (p E * degree n W i * u i + q E * sum n (fun j => W i j * u j)).
Proof.
  intros H Hi. transitivity ((2 * p E * u i) * sum n (W i)
    + (2 * q E) * sum n (fun j => W i j * u j)); [|unfold degree; ring].
  rewrite <- sum_linear. apply sum_ext; intros j Hj. rewrite <- (H i j) by auto. unfold p. field.
Qed.

Lemma M_linear E n W c d u v i :
  M E n W (fun k => c * u k + d * v k) i = c * M E n W u i + d * M E n W v i.
Proof.
  unfold M. rewrite <- sum_linear. apply sum_ext; intros j _. ring.
Qed.

(* Lines that minimise a quadratic criterion: exactly where both derivatives are 0. *)

Lemma minimises_quadratic C Q a b g1 g2 :
  (forall s t, C (line (a + s) (b + t)) = C (line a b) + 2 * (s * g1 + t * g2) + Q s t) ->
  (forall s t, 0 <= Q s t) -> (forall h s t, Q (h * s) (h * t) = h ^ 2 * Q s t) ->
  best_line C a b <-> g1 = 0 /\ g2 = 0.
Proof.
  intros HC HQ Hh. split.
  - intros Hm. set (g := g1 ^ 2 + g2 ^ 2). set (k := Q g1 g2).
    assert (Hk : 0 <= k) by apply HQ.
    assert (Hg : 0 <= g) by (unfold g; nra).
    pose proof (Hm (a + - (g / (1 + k)) * g1) (b + - (g / (1 + k)) * g2)) as H.
    rewrite HC, Hh in H. fold k in H.
    assert (H' : 0 <= (- (2 * g ^ 2) * (1 + k) + g ^ 2 * k) / (1 + k) ^ 2).
    { replace ((- (2 * g ^ 2) * (1 + k) + g ^ 2 * k) / (1 + k) ^ 2)
        with (2 * (- (g / (1 + k)) * g1 * g1 + - (g / (1 + k)) * g2 * g2)
              + (- (g / (1 + k))) ^ 2 * k) by (unfold g; field; lra). lra. }
    assert (0 <= - (2 * g ^ 2) * (1 + k) + g ^ 2 * k).
    { apply Rmult_le_reg_r with (/ (1 + k) ^ 2); [apply Rinv_0_lt_compat; nra|].
      rewrite Rmult_0_l. exact H'. }
    assert (g = 0) by nra. unfold g in *. nra.
  - intros [-> ->] a' b'. replace a' with (a + (a' - a)) by ring.
    replace b' with (b + (b' - b)) by ring. rewrite HC. pose proof (HQ (a' - a) (b' - b)). lra.
Qed.

(* The normal equations of least squares with weights w. *)
Definition weighted (n : nat) (w x y : nat -> R) (f : R -> R) : R :=
  sum n (fun i => w i * (y i - f (x i)) ^ 2).

Lemma weighted_minimises n w x y a b : (forall i, (i < n)%nat -> 0 <= w i) ->
  let r := residual x y a b in
  best_line (weighted n w x y) a b
  <-> sum n (fun i => x i * (w i * r i)) = 0 /\ sum n (fun i => w i * r i) = 0.
Proof.
  intros Hw r.
  apply minimises_quadratic with (Q := fun s t => sum n (fun i => w i * (s * x i + t) ^ 2)).
  - intros s t. transitivity (1 * sum n (fun i => w i * (y i - line a b (x i)) ^ 2)
      + 2 * (s * sum n (fun i => x i * (w i * r i)) + t * sum n (fun i => w i * r i))
      + 1 * sum n (fun i => w i * (s * x i + t) ^ 2)); [|unfold weighted; ring].
    rewrite <- sum_linear, <- !sum_scal, <- !sum_plus. apply sum_ext; intros i _.
    unfold r, residual, line. ring.
  - intros s t. apply sum_nonneg; intros i Hi. apply Rmult_le_pos; auto. apply pow2_ge_0.
  - intros h s t. rewrite <- sum_scal. apply sum_ext; intros i _. ring.
Qed.

Lemma vanilla_minimises n x y a b :
  let r := residual x y a b in
  best_line (vanilla n x y) a b <-> sum n (fun i => x i * r i) = 0 /\ sum n r = 0.
Proof.
  intros r.
  assert (H : vanilla n x y = weighted n (fun _ => 1) x y).
  { apply functional_extensionality; intros f. apply sum_ext; intros i _. ring. }
  rewrite H, weighted_minimises by (intros; lra). fold r.
  assert (sum n (fun i => x i * (1 * r i)) = sum n (fun i => x i * r i))
    by (apply sum_ext; intros; ring).
  assert (sum n (fun i => 1 * r i) = sum n r) by (apply sum_ext; intros; ring).
  lra.
Qed.

Lemma local_mixup_minimises E n W x y a b : nonnegative n W ->
  let r := residual x y a b in
  best_line (local_mixup E n W x y) a b
  <-> sum n (fun i => x i * M E n W r i) = 0 /\ sum n (M E n W r) = 0.
Proof.
  intros HW r.
  apply minimises_quadratic
    with (Q := fun s t => let u := fun i => s * x i + t in sum n (fun i => u i * M E n W u i)).
  - intros s t. simpl. rewrite !local_mixup_line. fold r.
    set (h := fun i => s * x i + t).
    transitivity (sum n (fun i => r i * M E n W r i)
      + 2 * sum n (fun i => h i * M E n W r i) + sum n (fun i => h i * M E n W h i)).
    + rewrite !M_form, <- !sum_scal, <- !sum_plus.
      apply sum_ext; intros i _. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext; intros j _.
      unfold h, r, residual. ring.
    + f_equal. f_equal.
      * rewrite M_form. apply sum_sum_ext; intros; ring.
      * f_equal. rewrite <- sum_linear. apply sum_ext; intros; unfold h; ring.
  - intros s t. now apply M_nonneg.
  - intros h s t. simpl.
    rewrite !M_form, <- sum_scal. apply sum_ext; intros i _. rewrite <- sum_scal.
    apply sum_ext; intros j _. ring.
Qed.

(* A least squares line exists, whatever the inputs. *)
Lemma vanilla_minimiser_exists n x y : exists a b, best_line (vanilla n x y) a b.
Proof.
  destruct (Nat.eq_dec n 0) as [->|Hn].
  { exists 0, 0. intros a' b'. apply Rle_refl. }
  set (N := INR n). assert (HN : 0 < N) by (apply lt_0_INR; lia).
  set (mx := sum n x / N). set (my := sum n y / N).
  set (Sxx := sum n (fun i => (x i - mx) ^ 2)).
  set (Sxy := sum n (fun i => (x i - mx) * y i)).
  assert (Hc : sum n (fun i => x i - mx) = 0).
  { transitivity (sum n x - N * mx); [|unfold mx; field; lra].
    unfold N. rewrite <- sum_const. transitivity (1 * sum n x + (-1) * sum n (fun _ => mx));
    [rewrite <- sum_linear; apply sum_ext; intros; ring | ring]. }
  assert (HA : exists a, a * Sxx = Sxy).
  { destruct (Req_dec Sxx 0) as [H0|H0]; [|exists (Sxy / Sxx); field; auto].
    exists 0. rewrite Rmult_0_l. symmetry. transitivity (sum n (fun _ => 0));
      [|rewrite sum_const; ring].
    apply sum_ext; intros i Hi.
    pose proof (sum_eq_0 n _ (fun j _ => pow2_ge_0 (x j - mx)) H0 i Hi) as Hz.
    replace (x i - mx) with 0 by nra. ring. }
  destruct HA as [a HA]. exists a, (my - a * mx). apply vanilla_minimises.
  set (r := residual x y a (my - a * mx)).
  assert (Hr : sum n r = 0).
  { transitivity (a * sum n (fun i => x i - mx) + 1 * (N * my + (-1) * sum n y)).
    - unfold N. rewrite <- sum_const, <- (sum_scal n (-1)), <- sum_plus, <- sum_linear.
      apply sum_ext; intros i _. unfold r, residual. ring.
    - rewrite Hc. unfold my. field. lra. }
  split; [|exact Hr].
  transitivity (a * Sxx + (-1) * Sxy + my * sum n (fun i => x i - mx) + mx * sum n r).
  - unfold Sxx, Sxy. rewrite <- sum_linear, <- !sum_scal, <- !sum_plus.
    apply sum_ext; intros i _. unfold r, residual. ring.
  - rewrite HA, Hc, Hr. ring.
Qed.
