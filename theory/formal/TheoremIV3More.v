(* Around Theorem IV.3: how far Local Mixup's best line is from the least squares line, and for
   which graphs of Section IV.A on a line the theorem holds.  Nothing of this is in the paper. *)

From Coq Require Import Reals Lra Lia Classical.
From LocalMixup Require Import Sums LinearModels TheoremIV3.
Open Scope R_scope.

Implicit Type E : law.

(* The Laplacian of the graph, L = D - W. *)
Definition laplacian (n : nat) (W : nat -> nat -> R) (u : nat -> R) (i : nat) : R :=
  degree n W i * u i - sum n (fun j => W i j * u j).

Lemma laplacian_selfadjoint n W u v : symmetric n W ->
  sum n (fun i => v i * laplacian n W u i) = sum n (fun i => u i * laplacian n W v i).
Proof.
  intros HS.
  assert (H : forall u v, sum n (fun i => v i * laplacian n W u i)
    = sum n (fun i => degree n W i * u i * v i)
      + (-1) * sum n (fun i => sum n (fun j => W i j * (v i * u j)))).
  { clear u v. intros u v. rewrite <- sum_scal, <- sum_plus. apply sum_ext; intros i _.
    unfold laplacian. transitivity (degree n W i * u i * v i
      + - v i * sum n (fun j => W i j * u j)); [ring|].
    rewrite <- !sum_scal. f_equal. apply sum_ext; intros j _. ring. }
  rewrite !H. f_equal; [apply sum_ext; intros; ring | f_equal].
  rewrite sum_swap. apply sum_sum_ext; intros i j Hi Hj. rewrite (HS i j) by auto. ring.
Qed.

Lemma laplacian_constant n W t i : laplacian n W (fun _ => t) i = 0.
Proof.
  unfold laplacian, degree. rewrite Rmult_comm, <- sum_scal.
  rewrite (sum_ext n _ (fun j => W i j * t)) by (intros; ring). ring.
Qed.

Lemma M_laplacian E n W u i : symmetric n W -> (i < n)%nat ->
  M E n W u i = degree n W i * u i - 2 * q E * laplacian n W u i.
Proof.
  intros HS Hi. rewrite M_symmetric by auto. unfold laplacian.
  destruct (moments E) as [H _]. replace (p E) with (1 / 2 - q E) by lra. field.
Qed.

(* Degree-weighted least squares.  Let f_D be the least squares line weighted by the degrees d, e
   its residuals, x_D the mean of the inputs weighted by d, V_D their variance times the sum of d,
   and kappa = 2q.  Exactly one line minimises Local Mixup's criterion, and it differs from f_D by
   - kappa (L x)^T e / (V_D - kappa x^T L x) (t - x_D). *)
Theorem degree_weighted E n W x y a b aD bD :
  symmetric n W -> nonnegative n W ->
  let d := degree n W in
  let kappa := 2 * q E in
  let xD := sum n (fun i => d i * x i) / sum n d in
  let VD := sum n (fun i => d i * (x i - xD) ^ 2) in
  let xLx := sum n (fun i => x i * laplacian n W x i) in
  let Lxe := sum n (fun i => laplacian n W x i * (y i - line aD bD (x i))) in
  0 < sum n d -> kappa * xLx < VD -> best_line (weighted n d x y) aD bD ->
  best_line (local_mixup E n W x y) a b
  <-> forall t, line a b t - line aD bD t = - kappa * Lxe / (VD - kappa * xLx) * (t - xD).
Proof.
  intros HS HW d kappa xD VD xLx Lxe H0 HV HD.
  assert (Hd : forall i, (i < n)%nat -> 0 <= d i) by (intros i Hi; apply sum_nonneg; auto).
  apply weighted_minimises in HD; [|exact Hd]. rewrite local_mixup_minimises by exact HW.
  set (r := residual x y a b). set (rD := residual x y aD bD) in *. destruct HD as [D1 D0].
  set (S0 := sum n d) in *. set (S1 := sum n (fun i => d i * x i)).
  set (S2 := sum n (fun i => d i * x i ^ 2)).
  assert (HV2 : VD = S2 - S1 * xD).
  { assert (E1 : S1 = S0 * xD) by (unfold xD; fold S1; field; lra).
    transitivity (S2 + (-2 * xD) * S1 + xD ^ 2 * S0); [|rewrite E1; ring].
    unfold VD, S2, S1, S0. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext; intros; ring. }
  assert (EL : Lxe = - sum n (fun i => x i * laplacian n W rD i)).
  { rewrite (laplacian_selfadjoint n W rD x HS).
    rewrite <- (Rmult_1_l (sum n _)), Ropp_mult_distr_l, <- sum_scal.
    apply sum_ext; intros. unfold rD, residual, line. ring. }
  assert (Hr : forall i, laplacian n W r i
    = laplacian n W rD i + (a - aD) * laplacian n W x i).
  { intros i. transitivity (laplacian n W rD i + (a - aD) * laplacian n W x i
      + laplacian n W (fun _ => b - bD) i); [|rewrite laplacian_constant; ring].
    unfold laplacian. transitivity (degree n W i * r i
      - (1 * sum n (fun j => W i j * rD j) + (a - aD) * sum n (fun j => W i j * x j)
         + 1 * sum n (fun j => W i j * (b - bD)))); [|unfold r, rD, residual; ring].
    f_equal. rewrite <- sum_linear, <- sum_scal, <- sum_plus.
    apply sum_ext; intros j _. unfold r, rD, residual. ring. }
  assert (G0 : sum n (M E n W r) = (a - aD) * S1 + (b - bD) * S0).
  { assert (HL : sum n (laplacian n W r) = 0).
    { transitivity (sum n (fun i => 1 * laplacian n W r i)); [apply sum_ext; intros; ring|].
      rewrite (laplacian_selfadjoint n W r (fun _ => 1) HS).
      transitivity (sum n (fun _ => 0)); [|rewrite sum_const; ring].
      apply sum_ext; intros i _. rewrite laplacian_constant. ring. }
    transitivity (sum n (fun i => d i * rD i) + ((a - aD) * S1 + (b - bD) * S0)
      + (- kappa) * sum n (laplacian n W r)); [|rewrite D0, HL; ring].
    unfold S1, S0. rewrite <- sum_linear, <- sum_scal, <- !sum_plus.
    apply sum_ext; intros i Hi. rewrite M_laplacian by auto. fold d kappa.
    unfold r at 1, rD, residual. ring. }
  assert (G1 : sum n (fun i => x i * M E n W r i)
    = (a - aD) * S2 + (b - bD) * S1 + kappa * Lxe - kappa * (a - aD) * xLx).
  { transitivity (sum n (fun i => x i * (d i * rD i)) + ((a - aD) * S2 + (b - bD) * S1)
      + (- kappa * sum n (fun i => x i * laplacian n W rD i) + (- kappa * (a - aD)) * xLx));
      [|rewrite D1, EL; ring].
    unfold S2, S1, xLx. rewrite <- !sum_linear, <- !sum_plus.
    apply sum_ext; intros i Hi. rewrite M_laplacian, Hr by auto. fold d kappa.
    replace (r i) with (rD i + (a - aD) * x i + (b - bD)) by (unfold r, rD, residual; ring).
    ring. }
  rewrite G0, G1. set (delta := - kappa * Lxe / (VD - kappa * xLx)).
  assert (Hdelta : delta * (VD - kappa * xLx) = - kappa * Lxe) by (unfold delta; field; lra).
  assert (Hx : S1 = S0 * xD) by (unfold xD; fold S1; field; lra).
  split.
  - intros [E1 E0] t. rewrite Hx in E0.
    assert (Hb : b - bD = - (a - aD) * xD) by (apply Rmult_eq_reg_l with S0; lra).
    assert (Ha : a - aD = delta).
    { apply Rmult_eq_reg_r with (VD - kappa * xLx); [|lra].
      rewrite Hdelta, HV2. rewrite Hb in E1. lra. }
    rewrite <- Ha. unfold line. replace b with (bD + - (a - aD) * xD) by lra. ring.
  - intros H. pose proof (H 0) as H2. pose proof (H 1) as H3. unfold line in H2, H3.
    assert (Ha : a - aD = delta) by lra. assert (Hb : b - bD = - delta * xD) by lra.
    rewrite Ha, Hb. split; [|rewrite Hx; ring].
    transitivity (delta * (S2 - S1 * xD - kappa * xLx) + kappa * Lxe); [ring|].
    rewrite <- HV2, Hdelta. ring.
Qed.

(* In a graph without edges longer than epsilon |(L x)_i| <= epsilon d_i, so the two lines differ by
   O(epsilon): their numerator (L x)^T e is at most epsilon sum d_i |e_i|. *)
Theorem degree_weighted_local n W x e eps : nonnegative n W ->
  (forall i j, (i < n)%nat -> (j < n)%nat -> Rabs (x i - x j) <= eps \/ W i j = 0) ->
  Rabs (sum n (fun i => laplacian n W x i * e i))
  <= eps * sum n (fun i => degree n W i * Rabs (e i)).
Proof.
  intros HW H.
  assert (Habs : forall f, Rabs (sum n f) <= sum n (fun i => Rabs (f i))).
  { intros f. clear. induction n as [|n IH]; cbn [sum]; [rewrite Rabs_R0; lra|].
    pose proof (Rabs_triang (sum n f) (f n)). lra. }
  apply Rle_trans with (1 := Habs _). rewrite <- sum_scal. apply sum_le; intros i Hi.
  rewrite Rabs_mult, <- Rmult_assoc. apply Rmult_le_compat_r; [apply Rabs_pos|].
  replace (laplacian n W x i) with (sum n (fun j => W i j * (x i - x j))).
  - apply Rle_trans with (1 := Habs _). unfold degree. rewrite <- sum_scal.
    apply sum_le; intros j Hj. rewrite Rabs_mult, Rabs_right by (apply Rle_ge; auto).
    specialize (HW i j Hi Hj). destruct (H i j Hi Hj) as [Hd| ->]; [nra | lra].
  - transitivity (x i * sum n (W i) + (-1) * sum n (fun j => W i j * x j));
      [|unfold laplacian, degree; ring].
    rewrite <- sum_linear. apply sum_ext; intros; ring.
Qed.

(* Sharp: kappa = 2q cannot be replaced by another constant c.  Three points 0, 1, 3 with outputs
   0, 0, 1 on the path; f_D(t) = (4t - 2)/11. *)
Theorem degree_weighted_sharp E c :
  let x i := match i with 0%nat => 0 | 1%nat => 1 | _ => 3 end in
  let y i := match i with 0%nat => 0 | 1%nat => 0 | _ => 1 end in
  let W := path 1 in
  let d := degree 3 W in
  let xD := sum 3 (fun i => d i * x i) / sum 3 d in
  let VD := sum 3 (fun i => d i * (x i - xD) ^ 2) in
  let xLx := sum 3 (fun i => x i * laplacian 3 W x i) in
  let Lxe := sum 3 (fun i => laplacian 3 W x i * (y i - line (4 / 11) (- 2 / 11) (x i))) in
  c * xLx < VD ->
  (forall a b t, best_line (local_mixup E 3 W x y) a b ->
     line a b t - line (4 / 11) (- 2 / 11) t = - c * Lxe / (VD - c * xLx) * (t - xD)) ->
  c = 2 * q E.
Proof.
  intros x y W d xD VD xLx Lxe Hc H.
  destruct (path_graph 1 3) as [HS HW]; [lra|]. destruct (moments E) as [_ Hq].
  assert (HD : best_line (weighted 3 d x y) (4 / 11) (- 2 / 11)).
  { apply weighted_minimises; [intros i Hi; apply sum_nonneg; auto|].
    unfold d, degree, W, path, residual, x, y; simpl. lra. }
  assert (H0 : sum 3 d = 7) by (unfold d, degree, W, path; simpl; lra).
  assert (HxD : xD = 9 / 7) by (unfold xD; rewrite H0; unfold d, degree, W, path, x; simpl; field).
  assert (HVD : VD = 66 / 7)
    by (unfold VD; rewrite HxD; unfold d, degree, W, path, x; simpl; field).
  assert (HxLx : xLx = 5) by (unfold xLx, laplacian, degree, W, path, x; simpl; ring).
  assert (HLxe : Lxe = 2 / 11)
    by (unfold Lxe, laplacian, degree, line, W, path, x, y; simpl; field).
  set (delta := - (2 * q E) * (2 / 11) / (66 / 7 - 2 * q E * 5)).
  pose proof (degree_weighted E 3 W x y (4 / 11 + delta) (- 2 / 11 - delta * (9 / 7))
    (4 / 11) (- 2 / 11) HS HW) as HI. cbv zeta in HI. fold d xD VD xLx Lxe in HI.
  rewrite H0, HVD, HxLx, HLxe, HxD in HI.
  assert (Hm : best_line (local_mixup E 3 W x y) (4 / 11 + delta) (- 2 / 11 - delta * (9 / 7))).
  { apply HI; [lra | lra | exact HD |]. intros t. fold delta. unfold line. ring. }
  specialize (H _ _ (16 / 7) Hm). rewrite HVD, HxLx, HLxe, HxD in *. unfold line, delta in H.
  assert (E1 : - (2 * q E) * (2 / 11) * (66 / 7 - c * 5) = - c * (2 / 11) * (66 / 7 - 2 * q E * 5)).
  { apply Rmult_eq_reg_r with (/ (66 / 7 - c * 5) * / (66 / 7 - 2 * q E * 5)).
    - transitivity (- (2 * q E) * (2 / 11) / (66 / 7 - 2 * q E * 5)); [field; lra|].
      transitivity (- c * (2 / 11) / (66 / 7 - c * 5)); [lra | field; lra].
    - apply Rgt_not_eq, Rmult_lt_0_compat; apply Rinv_0_lt_compat; lra. }
  lra.
Qed.

(* Graphs of Section IV.A on a line: W[i,j] = phi(D[i,j]) with D[i,j] = |x_i - x_j|, and weight c
   of the self pairs. *)
Definition radial (phi : R -> R) (c : R) (x : nat -> R) (i j : nat) : R :=
  if Nat.eqb i j then c else phi (Rabs (x i - x j)).

Definition increasing (n : nat) (x : nat -> R) : Prop :=
  forall i j, (i < j)%nat -> (j < n)%nat -> x i < x j.

Lemma sum_two_weights n c w u i : (i < n)%nat ->
  sum n (fun j => (if Nat.eqb i j then c else w) * u j) = (c - w) * u i + w * sum n u.
Proof.
  assert (H0 : forall m, (m <= i)%nat ->
    sum m (fun j => (if Nat.eqb i j then c else w) * u j) = w * sum m u).
  { intros m Hm. rewrite <- sum_scal. apply sum_ext; intros j Hj.
    destruct (Nat.eqb_spec i j); [lia | reflexivity]. }
  induction n as [|n IH]; intros Hi; [lia|]. cbn [sum].
  destruct (Nat.eqb_spec i n) as [->|Hn].
  - rewrite H0 by lia. ring.
  - rewrite IH by lia. ring.
Qed.

(* Chebyshev's sum inequality. *)
Lemma chebyshev n w u :
  (forall i j, (i < j)%nat -> (j < n)%nat -> w j <= w i /\ u i <= u j) ->
  INR n * sum n (fun i => w i * u i) <= sum n w * sum n u.
Proof.
  intros H.
  assert (E0 : sum n (fun i => sum n (fun j => (w i - w j) * (u j - u i)))
    = 2 * (sum n w * sum n u - INR n * sum n (fun i => w i * u i))).
  { transitivity (sum n (fun i => sum n u * w i + (-1) * INR n * (w i * u i)
      + (-1) * sum n (fun j => w j * u j) + sum n w * u i)).
    - apply sum_ext; intros i _.
      transitivity (w i * sum n u + - (w i * u i) * sum n (fun _ => 1)
        + (-1) * sum n (fun j => w j * u j) + u i * sum n w); [|rewrite sum_const; ring].
      rewrite <- !sum_scal, <- !sum_plus. apply sum_ext; intros j _. ring.
    - rewrite !sum_plus, !sum_scal, sum_const. ring. }
  assert (0 <= sum n (fun i => sum n (fun j => (w i - w j) * (u j - u i)))); [|lra].
  apply sum_sum_nonneg; intros i j Hi Hj.
  destruct (Nat.lt_trichotomy i j) as [Hij|[->|Hij]]; [|lra|].
  - destruct (H i j Hij Hj). nra.
  - destruct (H j i Hij Hi). nra.
Qed.

Lemma radial_symmetric n phi c x : symmetric n (radial phi c x).
Proof.
  intros i j _ _. unfold radial. now rewrite (Nat.eqb_sym j i), (Rabs_minus_sym (x j)).
Qed.

(* A longer edge has no larger weight. *)
Lemma radial_monotone n phi c x i j i' j' : increasing n x ->
  (forall s t, 0 < s <= t -> phi t <= phi s) ->
  (i' <= i)%nat -> (i < j)%nat -> (j <= j')%nat -> (j' < n)%nat ->
  radial phi c x i' j' <= radial phi c x i j.
Proof.
  intros Hx Hphi H1 H2 H3 H4. unfold radial.
  destruct (Nat.eqb_spec i' j'), (Nat.eqb_spec i j); try lia.
  assert (Hi : x i' <= x i) by (destruct (Nat.eq_dec i' i) as [->|]; [lra | left; apply Hx; lia]).
  assert (Hj : x j <= x j') by (destruct (Nat.eq_dec j j') as [->|]; [lra | left; apply Hx; lia]).
  assert (x i < x j) by (apply Hx; lia).
  rewrite !Rabs_left by lra. apply Hphi. lra.
Qed.

(* Symmetric weights on a line that do not grow if the edge is made longer keep Theorem IV.3 only
   if they are equal: the degrees d are affine in x only if they are constant, and then W x is
   affine in x only if all weights of the first point are the same. *)
Lemma nested_constant m x W c : let n := S (S m) in
  (1 <= m)%nat -> increasing n x -> symmetric n W -> (forall i, (i < n)%nat -> W i i = c) ->
  (forall i' i j j', (i' <= i)%nat -> (i < j)%nat -> (j <= j')%nat -> (j' < n)%nat ->
     W i' j' <= W i j) ->
  (exists c0 c1, forall i, (i < n)%nat -> degree n W i = c0 + c1 * x i) ->
  ((exists d, forall i, (i < n)%nat -> degree n W i = d) ->
   exists u v, forall i, (i < n)%nat -> sum n (fun j => W i j * x j) = u + v * x i) ->
  forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> W i j = W 0%nat 1%nat.
Proof.
  intros n Hm Hx HS Hself Hmono (c0 & c1 & Hdeg) Hspan.
  assert (x01 : x 0%nat < x 1%nat) by (apply Hx; lia).
  (* The degrees are constant: the ends have none larger than their neighbours. *)
  assert (Hleft : degree n W 1 - degree n W 0
    = sum m (fun j => W 1%nat (S (S j)) - W 0%nat (S (S j)))).
  { unfold degree, n. rewrite !sum_first, !Hself, (HS 0%nat 1%nat) by lia.
    rewrite (sum_ext m (fun j => _ - _)
      (fun j => 1 * W 1%nat (S (S j)) + (-1) * W 0%nat (S (S j)))) by (intros; ring).
    rewrite sum_linear. ring. }
  assert (Hterm : forall j, (j < m)%nat -> 0 <= W 1%nat (S (S j)) - W 0%nat (S (S j))).
  { intros j Hj. assert (W 0%nat (S (S j)) <= W 1%nat (S (S j))) by (apply Hmono; lia). lra. }
  assert (Hright : degree n W m - degree n W (S m) = sum m (fun j => W m j - W (S m) j)).
  { unfold degree, n. cbn [sum]. rewrite !Hself, (HS m (S m)) by lia.
    rewrite (sum_ext m (fun j => _ - _) (fun j => 1 * W m j + (-1) * W (S m) j))
      by (intros; ring).
    rewrite sum_linear. ring. }
  assert (Hc1 : c1 = 0).
  { assert (0 <= degree n W 1 - degree n W 0) by (rewrite Hleft; now apply sum_nonneg).
    assert (0 <= degree n W m - degree n W (S m)).
    { rewrite Hright. apply sum_nonneg; intros j Hj.
      rewrite (HS m j), (HS (S m) j) by lia.
      assert (W j (S m) <= W j m) by (apply Hmono; lia). lra. }
    assert (x m < x (S m)) by (apply Hx; lia).
    rewrite !Hdeg in * by lia. nra. }
  assert (Hd : forall i, (i < n)%nat -> degree n W i = c0)
    by (intros i Hi; rewrite Hdeg, Hc1 by auto; ring).
  assert (Heq : forall j, (j < m)%nat -> W 1%nat (S (S j)) - W 0%nat (S (S j)) = 0).
  { apply sum_eq_0; [exact Hterm|]. rewrite <- Hleft, !Hd by lia. ring. }
  (* W x = u + v x, and v = c - w. *)
  set (w := W 0%nat 1%nat). set (Wx := fun i => sum n (fun j => W i j * x j)).
  destruct Hspan as (u & v & HWx); [now exists c0|].
  change (forall i, (i < n)%nat -> Wx i = u + v * x i) in HWx.
  assert (Hv : v = c - w).
  { assert (Hdiff : Wx 1%nat - Wx 0%nat = (c - w) * (x 1%nat - x 0%nat)).
    { unfold Wx, n. rewrite !sum_first, !Hself, (HS 1%nat 0%nat) by lia. fold w.
      rewrite (sum_ext m (fun i => W 1%nat (S (S i)) * _)
        (fun i => W 0%nat (S (S i)) * x (S (S i)))); [ring|].
      intros j Hj. replace (W 1%nat (S (S j))) with (W 0%nat (S (S j)))
        by (specialize (Heq j Hj); lra). reflexivity. }
    rewrite !HWx in Hdiff by lia. apply Rmult_eq_reg_r with (x 1%nat - x 0%nat); lra. }
  (* All weights of the first point are equal, by Chebyshev's inequality. *)
  set (s := sum (S m) (fun j => W 0%nat (S j))).
  set (T := sum (S m) (fun j => W 0%nat (S j) * (x (S j) - x 0%nat))).
  set (X := sum (S m) (fun j => x (S j) - x 0%nat)). set (N := INR (S m)).
  assert (Hn : INR n = N + 1) by (unfold N, n; now rewrite S_INR).
  assert (HN : 0 < N) by (apply lt_0_INR; lia).
  assert (Hs : c0 = c + s)
    by (rewrite <- (Hd 0%nat) by lia; unfold degree, n; now rewrite sum_first, Hself by lia).
  assert (HT : T = u + v * x 0%nat - x 0%nat * c0).
  { rewrite <- HWx, Hs by lia. unfold Wx, n. rewrite sum_first, Hself by lia.
    transitivity (1 * sum (S m) (fun j => W 0%nat (S j) * x (S j)) + (- x 0%nat) * s);
      [unfold T, s; rewrite <- sum_linear; apply sum_ext; intros; ring | ring]. }
  assert (HX : sum n x = X + INR n * x 0%nat).
  { transitivity (x 0%nat + (X + N * x 0%nat)); [|rewrite Hn; ring].
    unfold X, N, n. rewrite sum_first, <- sum_const, <- sum_plus. f_equal.
    apply sum_ext; intros; ring. }
  assert (Hsum : c0 * sum n x = INR n * u + v * sum n x).
  { rewrite <- sum_const, <- !sum_scal, <- sum_plus.
    rewrite <- (sum_ext n _ _ HWx). unfold Wx.
    rewrite sum_swap. apply sum_ext; intros j Hj.
    rewrite <- (Hd j Hj). unfold degree. rewrite Rmult_comm, <- sum_scal.
    apply sum_ext; intros i Hi. rewrite (HS j i) by auto. ring. }
  assert (HTX : (s + w) * X = (N + 1) * T).
  { rewrite HX, Hn in Hsum. rewrite HT.
    replace (s + w) with (c0 - v) by lra. lra. }
  assert (Hchebyshev : N * T <= s * X).
  { apply chebyshev. intros i j Hij Hj. split; [apply Hmono; lia|].
    assert (x (S i) < x (S j)) by (apply Hx; lia). lra. }
  assert (HX0 : 0 < X).
  { unfold X. rewrite sum_first. assert (0 <= sum m (fun j => x (S (S j)) - x 0%nat)); [|lra].
    apply sum_nonneg; intros j Hj. assert (x 0%nat < x (S (S j))) by (apply Hx; lia). lra. }
  assert (Hw : N * w <= s).
  { apply Rmult_le_reg_r with X; [exact HX0|].
    assert (N * ((s + w) * X) <= (N + 1) * (s * X)) by (rewrite HTX; nra). lra. }
  assert (Hfirst : forall j, (j < S m)%nat -> w - W 0%nat (S j) = 0).
  { assert (Hge : forall j, (j < S m)%nat -> 0 <= w - W 0%nat (S j)).
    { intros j Hj. assert (W 0%nat (S j) <= w) by (apply Hmono; lia). lra. }
    apply sum_eq_0; [exact Hge|].
    pose proof (sum_nonneg _ _ Hge) as H0. revert H0.
    rewrite (sum_ext (S m) (fun j => w - _) (fun j => w + (-1) * W 0%nat (S j)))
      by (intros; ring).
    rewrite sum_plus, sum_const, sum_scal. fold N s. lra. }
  (* All weights are at least that of the longest edge, and the degrees leave no room. *)
  assert (Hge : forall i j, (i < j)%nat -> (j < n)%nat -> w <= W i j).
  { intros i j Hi Hj. replace w with (W 0%nat (S m)) by (specialize (Hfirst m ltac:(lia)); lra).
    apply Hmono; lia. }
  intros i j Hi Hj Hij.
  set (excess := fun k => W i k - (if Nat.eqb i k then c else w) * 1).
  assert (He : forall k, (k < n)%nat -> 0 <= excess k).
  { intros k Hk. unfold excess. destruct (Nat.eqb_spec i k) as [<-|]; [rewrite Hself; auto; lra|].
    destruct (Nat.lt_ge_cases i k); [assert (w <= W i k) by (apply Hge; lia); lra|].
    rewrite (HS i k) by auto. assert (w <= W k i) by (apply Hge; lia). lra. }
  assert (Hz : sum n excess = 0).
  { transitivity (1 * degree n W i
      + (-1) * sum n (fun k => (if Nat.eqb i k then c else w) * 1)).
    - unfold degree. rewrite <- sum_linear. apply sum_ext; intros; unfold excess; ring.
    - rewrite sum_two_weights, sum_const, Hd, Hs, Hn by auto.
      assert (s = N * w); [|lra].
      unfold s, N. rewrite <- sum_const. apply sum_ext; intros k Hk.
      specialize (Hfirst k Hk). lra. }
  pose proof (sum_eq_0 n excess He Hz j Hj) as H0. unfold excess in H0.
  destruct (Nat.eqb_spec i j); [lia|]. unfold w in *. lra.
Qed.

Lemma nested_keeps E n x W c :
  (3 <= n)%nat -> increasing n x -> symmetric n W -> (forall i, (i < n)%nat -> W i i = c) ->
  (forall i' i j j', (i' <= i)%nat -> (i < j)%nat -> (j <= j')%nat -> (j' < n)%nat ->
     W i' j' <= W i j) ->
  0 < q E -> keeps_span n x (M E n W) ->
  forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> W i j = W 0%nat 1%nat.
Proof.
  intros Hn Hx HS Hself Hmono Hq (c0 & c1 & d0 & d1 & HM). destruct n as [|[|m]]; try lia.
  apply nested_constant with x c; auto; try lia.
  - exists c0, c1. intros i Hi. destruct (HM i Hi) as [H1 _].
    rewrite M_laplacian, laplacian_constant in H1 by auto. lra.
  - intros [d Hd]. exists (d0 / (2 * q E)), ((d1 - (1 - 2 * q E) * d) / (2 * q E)).
    intros i Hi. destruct (HM i Hi) as [_ H1]. rewrite M_laplacian in H1 by auto.
    unfold laplacian in H1. rewrite Hd in H1 by auto.
    apply Rmult_eq_reg_l with (2 * q E); [|lra].
    transitivity (d0 + d1 * x i - (1 - 2 * q E) * d * x i); [lra | field; lra].
Qed.

(* Theorem IV.3 on a line: let the weights be W[i,j] = phi(|x_i - x_j|) with phi >= 0 that does not
   increase, and all self pairs have the weight c >= 0.  From three points on, Mixup's best line
   minimises Local Mixup's criterion for all outputs only where the graph says nothing: if all
   edges have the same weight.  For every law of lambda with q > 0. *)
Theorem IV3_radial E n x phi c :
  (3 <= n)%nat -> increasing n x -> 0 <= c -> (forall s, 0 < s -> 0 <= phi s) ->
  (forall s t, 0 < s <= t -> phi t <= phi s) -> 0 < q E ->
  (forall y a b, best_line (mixup E n x y) a b ->
     best_line (local_mixup E n (radial phi c x) x y) a b)
  <-> exists w, forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> phi (Rabs (x i - x j)) = w.
Proof.
  intros Hn Hx Hc Hphi0 Hphi Hq. set (W := radial phi c x).
  assert (HW : nonnegative n W).
  { intros i j Hi Hj. unfold W, radial. destruct (Nat.eqb_spec i j) as [|Hij]; [exact Hc|].
    apply Hphi0, Rabs_pos_lt. intros H0.
    destruct (Nat.lt_ge_cases i j); [assert (x i < x j) | assert (x j < x i)];
      try (apply Hx; lia); lra. }
  assert (HI : (forall y a b, best_line (mixup E n x y) a b ->
      best_line (local_mixup E n W x y) a b) <-> keeps_span n x (M E n W)).
  { rewrite <- IV3_condition_directed by exact HW.
    split; intros H y a b Hm; apply H; now apply (mixup_is_least_squares E). }
  rewrite HI. split.
  - intros HK. exists (W 0%nat 1%nat). intros i j Hi Hj Hij.
    assert (H : W i j = W 0%nat 1%nat).
    { apply (nested_keeps E n x W c); auto; [apply radial_symmetric | |].
      - intros k _. unfold W, radial. now rewrite Nat.eqb_refl.
      - intros i' k l j' H1 H2 H3 H4. now apply radial_monotone with n. }
    unfold W, radial at 1 in H. destruct (Nat.eqb_spec i j); [lia | exact H].
  - intros [w Hw].
    assert (HWu : forall i u, (i < n)%nat ->
      sum n (fun j => W i j * u j) = (c - w) * u i + w * sum n u).
    { intros i u Hi. rewrite <- sum_two_weights by exact Hi. apply sum_ext; intros j Hj.
      unfold W, radial. destruct (Nat.eqb_spec i j); [reflexivity | now rewrite Hw]. }
    set (d := c + (INR n - 1) * w).
    exists d, 0, (2 * q E * w * sum n x), (2 * p E * d + 2 * q E * (c - w)).
    intros i Hi. rewrite !M_symmetric by (auto; apply radial_symmetric).
    replace (degree n W i) with d; [rewrite !HWu by exact Hi; rewrite sum_const|].
    + destruct (moments E) as [Hpq _]. replace (p E) with (1 / 2 - q E) by lra.
      unfold d. split; field.
    + unfold degree. rewrite (sum_ext n (W i) (fun j => W i j * 1)) by (intros; ring).
      rewrite HWu, sum_const by exact Hi. unfold d. ring.
Qed.

(* Thresholded graphs keep Theorem IV.3 only at their extremes: all pairs or none but the self
   pairs. *)
Corollary IV3_threshold E n x eps : (3 <= n)%nat -> increasing n x -> 0 < q E ->
  (forall y a b, best_line (mixup E n x y) a b ->
     best_line (local_mixup E n (radial (fun s => if Rle_dec s eps then 1 else 0) 1 x) x y) a b)
  <-> (forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> Rabs (x i - x j) <= eps) \/
      (forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> eps < Rabs (x i - x j)).
Proof.
  intros Hn Hx Hq. rewrite IV3_radial; auto; try lra.
  - split.
    + intros [w Hw]. destruct (Req_dec w 1) as [->|H1]; [left | right]; intros i j Hi Hj Hij;
        specialize (Hw i j Hi Hj Hij); destruct (Rle_dec (Rabs (x i - x j)) eps); lra.
    + intros [H|H]; [exists 1 | exists 0]; intros i j Hi Hj Hij; specialize (H i j Hi Hj Hij);
        destruct (Rle_dec (Rabs (x i - x j)) eps); lra.
  - intros s _. destruct (Rle_dec s eps); lra.
  - intros s t Hst. destruct (Rle_dec s eps), (Rle_dec t eps); lra.
Qed.

(* Exponential graphs with alpha > 0 never keep it. *)
Corollary IV3_exponential E n x alpha : (3 <= n)%nat -> increasing n x -> 0 < q E -> 0 < alpha ->
  ~ (forall y a b, best_line (mixup E n x y) a b ->
       best_line (local_mixup E n (radial (fun s => exp (- alpha * s)) 1 x) x y) a b).
Proof.
  intros Hn Hx Hq Ha. rewrite IV3_radial; auto; try lra.
  - intros [w Hw]. pose proof (Hw 0%nat 1%nat) as H1. pose proof (Hw 0%nat 2%nat) as H2.
    assert (x 0%nat < x 1%nat) by (apply Hx; lia). assert (x 1%nat < x 2%nat) by (apply Hx; lia).
    rewrite Rabs_left in H1, H2 by lra.
    assert (Heq : - alpha * - (x 0%nat - x 1%nat) = - alpha * - (x 0%nat - x 2%nat))
      by (apply exp_inv; rewrite H1, H2 by lia; reflexivity).
    nra.
  - intros s _. left. apply exp_pos.
  - intros s t [_ [Hst| ->]]; [left; apply exp_increasing; nra | lra].
Qed.

(* lambda is 0 or 1, each with probability 1/2. *)
Definition ends : law.
Proof.
  refine {| expectation := fun g => (g 0 + g 1) / 2 |}.
  - intros. field.
  - intros c0 c1 c2 H. pose proof (H 0). pose proof (H 1). lra.
Defined.

(* Sharp: q > 0 is needed.  If lambda is 0 or 1, two pairs of close points keep Theorem IV.3. *)
Theorem IV3_radial_sharp :
  let x i := match i with 0%nat => 0 | 1%nat => 1 | 2%nat => 3 | _ => 4 end in
  let phi s := if Rle_dec s 1 then 1 else 0 in
  q ends = 0 /\
  (forall y a b, best_line (mixup ends 4 x y) a b ->
     best_line (local_mixup ends 4 (radial phi 1 x) x y) a b) /\
  phi (Rabs (x 0%nat - x 1%nat)) <> phi (Rabs (x 0%nat - x 2%nat)).
Proof.
  intros x phi.
  assert (Hphi : forall s, 0 <= phi s) by (intros s; unfold phi; destruct Rle_dec; lra).
  assert (Hq : q ends = 0) by (unfold q; simpl; field).
  assert (W01 : forall s, s <= 1 -> phi s = 1) by (intros s Hs; unfold phi; destruct Rle_dec; lra).
  assert (W02 : forall s, 1 < s -> phi s = 0) by (intros s Hs; unfold phi; destruct Rle_dec; lra).
  split; [exact Hq | split].
  - assert (HW : nonnegative 4 (radial phi 1 x)).
    { intros i j _ _. unfold radial. destruct (Nat.eqb i j); [lra | apply Hphi]. }
    intros y a b Hm. apply (proj2 (IV3_condition_directed ends 4 _ x HW));
      [|now apply (mixup_is_least_squares ends)].
    assert (Hd : forall i, (i < 4)%nat -> degree 4 (radial phi 1 x) i = 2).
    { intros i Hi. unfold degree, radial, x.
      destruct i as [|[|[|[|i]]]]; [.. | lia]; simpl; unfold Rabs; repeat destruct Rcase_abs;
        try lra; repeat first [rewrite W01 by lra | rewrite W02 by lra]; lra. }
    exists 2, 0, 0, 2. intros i Hi.
    rewrite !M_laplacian, Hd, Hq by (auto; apply radial_symmetric). split; ring.
  - unfold x. rewrite W01, W02; [lra | |]; unfold Rabs; destruct Rcase_abs; lra.
Qed.

(* K-nearest-neighbour graphs of Section IV.A: each source i gives the weight 1 to K other points
   and 0 to the rest, and no target is farther from i than a point that is none; ties are broken
   in any way.  Self pairs have the weight c. *)
Definition nearest (n K : nat) (c : R) (x : nat -> R) (W : nat -> nat -> R) : Prop :=
  forall i, (i < n)%nat ->
    W i i = c /\ sum n (W i) = INR K + c /\
    (forall j, (j < n)%nat -> i <> j -> W i j = 0 \/ W i j = 1) /\
    (forall j k, (j < n)%nat -> (k < n)%nat -> i <> j -> i <> k -> W i j = 1 -> W i k = 0 ->
       Rabs (x i - x j) <= Rabs (x i - x k)).

Section Nearest.

Variables (n K : nat) (c : R) (x : nat -> R) (W : nat -> nat -> R).
Hypotheses (HK : (1 <= K /\ K + 2 <= n)%nat) (Hx : increasing n x) (HW : nearest n K c x W).

Lemma nearest_01 i j : (i < n)%nat -> (j < n)%nat -> i <> j -> W i j = 0 \/ W i j = 1.
Proof. intros Hi Hj Hij. now apply HW. Qed.

(* The targets of a point are an interval around it. *)
Lemma nearest_between i j k : (i < n)%nat -> (j < n)%nat -> W i j = 1 ->
  (i < k < j \/ j < k < i)%nat -> W i k = 1.
Proof.
  intros Hi Hj H1 Hk. destruct (HW i Hi) as (_ & _ & H01 & Hd).
  destruct (H01 k) as [H0|]; auto; try lia. exfalso.
  specialize (Hd j k ltac:(lia) ltac:(lia) ltac:(lia) ltac:(lia) H1 H0).
  destruct Hk as [Hk|Hk].
  - assert (x i < x k) by (apply Hx; lia). assert (x k < x j) by (apply Hx; lia).
    rewrite !Rabs_left in Hd by lra. lra.
  - assert (x j < x k) by (apply Hx; lia). assert (x k < x i) by (apply Hx; lia).
    rewrite !Rabs_right in Hd by lra. lra.
Qed.

(* The sum of the weights from i, with d in place of c. *)
Lemma nearest_sum i d : (i < n)%nat ->
  sum n (fun j => if Nat.eqb i j then d else W i j) = INR K + d.
Proof.
  intros Hi. destruct (HW i Hi) as (Hii & Hs & _).
  transitivity (sum n (W i) + sum n (fun j => (if Nat.eqb i j then d - c else 0) * 1)).
  - rewrite <- sum_plus. apply sum_ext; intros j _.
    destruct (Nat.eqb_spec i j) as [<-|]; [rewrite Hii|]; ring.
  - rewrite Hs, sum_two_weights by exact Hi. ring.
Qed.

(* No edge joins the first point and the last one. *)
Lemma nearest_ends : W 0%nat (n - 1)%nat = 0 /\ W (n - 1)%nat 0%nat = 0.
Proof.
  assert (Hall : forall i, (i < n)%nat -> ~ (forall k, (k < n)%nat -> i <> k -> W i k = 1)).
  { intros i Hi H. pose proof (nearest_sum i 1 Hi) as Hs.
    rewrite (sum_ext n _ (fun _ => 1)), sum_const in Hs.
    - assert (INR n = INR (K + 1)) by (rewrite plus_INR; simpl; lra).
      apply INR_eq in H0. lia.
    - intros j Hj. destruct (Nat.eqb_spec i j); auto. }
  split.
  - destruct (nearest_01 0 (n - 1)) as [|H1]; try lia; [assumption|].
    exfalso. apply (Hall 0%nat); [lia|]. intros k Hk H0k.
    destruct (Nat.eq_dec k (n - 1)) as [->|]; [exact H1|].
    apply (nearest_between 0 (n - 1)); auto; lia.
  - destruct (nearest_01 (n - 1) 0) as [|H1]; try lia; [assumption|].
    exfalso. apply (Hall (n - 1)%nat); [lia|]. intros k Hk H0k.
    destruct (Nat.eq_dec k 0) as [->|]; [exact H1|].
    apply (nearest_between (n - 1) 0); auto; lia.
Qed.

(* If j has the target i, so has every point between them. *)
Lemma nearest_nested i k j : (i < k)%nat -> (k < j)%nat -> (j < n)%nat -> W j i = 1 -> W k i = 1.
Proof.
  intros Hik Hkj Hj H1. destruct (nearest_01 k i) as [H0|]; try lia; [|assumption]. exfalso.
  (* Otherwise k has only targets among those of j and j itself, and fewer. *)
  set (gap := fun b => 1 * (if Nat.eqb j b then 1 else W j b)
    + (-1) * (if Nat.eqb k b then 1 else W k b)).
  assert (Hge : forall b, (b < n)%nat -> 0 <= gap b).
  { intros b Hb. unfold gap. destruct (Nat.eqb_spec j b), (Nat.eqb_spec k b); try lra.
    - destruct (nearest_01 k b); lia || lra.
    - subst b. rewrite (nearest_between j i k) by lia || auto. lra.
    - destruct (nearest_01 k b) as [Hkb|Hkb]; try lia;
        [destruct (nearest_01 j b); lia || lra|].
      destruct (Nat.lt_trichotomy b i) as [Hbi|[->|Hbi]].
      + rewrite (nearest_between k b i) in H0 by lia || auto. lra.
      + lra.
      + destruct (Nat.lt_ge_cases b j).
        * rewrite (nearest_between j i b) by lia || auto. lra.
        * destruct (nearest_01 j b) as [Hjb|]; try lia; [|lra]. exfalso.
          destruct (HW k) as (_ & _ & _ & Hk); [lia|].
          specialize (Hk b i Hb ltac:(lia) ltac:(lia) ltac:(lia) Hkb H0).
          destruct (HW j) as (_ & _ & _ & Hjd); [lia|].
          specialize (Hjd i b ltac:(lia) Hb ltac:(lia) ltac:(lia) H1 Hjb).
          assert (x i < x k) by (apply Hx; lia). assert (x k < x j) by (apply Hx; lia).
          assert (x j < x b) by (apply Hx; lia).
          rewrite (Rabs_left (x k - x b)), Rabs_right in Hk by lra.
          rewrite (Rabs_left (x j - x b)), Rabs_right in Hjd by lra. lra. }
  assert (Hz : sum n gap = 0)
    by (unfold gap; rewrite sum_linear, !nearest_sum by lia; ring).
  pose proof (sum_eq_0 _ _ Hge Hz i ltac:(lia)) as Hi. unfold gap in Hi.
  destruct (Nat.eqb_spec j i), (Nat.eqb_spec k i); try lia. rewrite H0, H1 in Hi. lra.
Qed.

Lemma nearest_target i : (i < n)%nat -> exists j, (j < n)%nat /\ i <> j /\ W i j = 1.
Proof.
  intros Hi. apply NNPP. intros Hno. pose proof (nearest_sum i 0 Hi) as Hs.
  rewrite (sum_ext n _ (fun _ => 0)), sum_const, Rmult_0_r, Rplus_0_r in Hs.
  - apply (INR_eq 0 K) in Hs. lia.
  - intros j Hj. destruct (Nat.eqb_spec i j) as [|Hij]; [reflexivity|].
    destruct (nearest_01 i j Hi Hj Hij); [assumption|]. exfalso. apply Hno. now exists j.
Qed.

(* Two adjacent points are targets of each other. *)
Lemma nearest_mutual : exists i, (S i < n)%nat /\ W i (S i) = 1 /\ W (S i) i = 1.
Proof.
  assert (Hlook : forall i, (i < n)%nat ->
    (S i < n)%nat /\ W i (S i) = 1 \/ exists h, i = S h /\ W i h = 1).
  { intros i Hi. destruct (nearest_target i Hi) as (j & Hj & Hij & H1).
    destruct (Nat.lt_ge_cases i j) as [Hlt|Hge].
    - left. split; [lia|]. destruct (Nat.eq_dec j (S i)) as [<-|]; [exact H1|].
      apply (nearest_between i j); auto; lia.
    - right. exists (i - 1)%nat. split; [lia|].
      destruct (Nat.eq_dec j (i - 1)) as [<-|]; [exact H1|].
      apply (nearest_between i j); auto; lia. }
  assert (Hright : forall i, (S i < n)%nat -> W i (S i) = 1 \/
    exists h, (S h < n)%nat /\ W h (S h) = 1 /\ W (S h) h = 1).
  { induction i as [|i IH]; intros Hi.
    - destruct (Hlook 0%nat) as [[_ H]|(h & H & _)]; [lia | now left | lia].
    - destruct (IH ltac:(lia)) as [Hi1|]; [|now right].
      destruct (Hlook (S i)) as [[_ H]|(h & Hh & H)]; [lia | now left |].
      right. exists i. replace h with i in H by lia. auto with zarith. }
  destruct (Hright (n - 2)%nat) as [H|H]; [lia | | exact H].
  destruct (Hlook (S (n - 2))) as [[Hn _]|(h & Hh & H1)]; [lia | lia |].
  exists (n - 2)%nat. replace h with (n - 2)%nat in H1 by lia. auto with zarith.
Qed.

(* No longer edge has a larger weight, from right to left. *)
Lemma nearest_left i' i j j' : (i' <= i)%nat -> (i < j)%nat -> (j <= j')%nat -> (j' < n)%nat ->
  W j' i' <= W j i.
Proof.
  intros H1 H2 H3 H4. destruct (nearest_01 j i) as [H0|H0]; try lia;
    destruct (nearest_01 j' i') as [H0'|H0']; try lia; try lra. exfalso.
  assert (Hi : W j' i = 1).
  { destruct (Nat.eq_dec i i') as [->|]; [exact H0' | apply (nearest_between j' i'); auto; lia]. }
  assert (W j i = 1); [|lra].
  destruct (Nat.eq_dec j j') as [->|]; [exact Hi | apply (nearest_nested i j j'); auto; lia].
Qed.

End Nearest.

(* The same from the right end. *)
Lemma nearest_mirror n K c x W : increasing n x -> nearest n K c x W ->
  increasing n (fun i => - x (n - 1 - i)%nat) /\
  nearest n K c (fun i => - x (n - 1 - i)%nat) (fun i j => W (n - 1 - i)%nat (n - 1 - j)%nat).
Proof.
  intros Hx HW. split.
  - intros i j Hij Hj. assert (x (n - 1 - j)%nat < x (n - 1 - i)%nat) by (apply Hx; lia). lra.
  - intros i Hi. destruct (HW (n - 1 - i)%nat) as (H1 & H2 & H3 & H4); [lia|]. repeat split.
    + exact H1.
    + now rewrite <- (sum_rev n (W (n - 1 - i)%nat)).
    + intros j Hj Hij. apply H3; lia.
    + intros j k Hj Hk Hij Hik Hj1 Hk0.
      replace (- x (n - 1 - i)%nat - - x (n - 1 - j)%nat)
        with (- (x (n - 1 - i)%nat - x (n - 1 - j)%nat)) by ring.
      replace (- x (n - 1 - i)%nat - - x (n - 1 - k)%nat)
        with (- (x (n - 1 - i)%nat - x (n - 1 - k)%nat)) by ring.
      rewrite !Rabs_Ropp. apply H4; auto; lia.
Qed.

Lemma nearest_right n K c x W i' i j j' :
  (1 <= K /\ K + 2 <= n)%nat -> increasing n x -> nearest n K c x W ->
  (i' <= i)%nat -> (i < j)%nat -> (j <= j')%nat -> (j' < n)%nat -> W i' j' <= W i j.
Proof.
  intros HK Hx HW H1 H2 H3 H4. destruct (nearest_mirror n K c x W Hx HW) as [Hx' HW'].
  pose proof (nearest_left _ _ _ _ _ HK Hx' HW' (n - 1 - j') (n - 1 - j) (n - 1 - i) (n - 1 - i'))
    as H. simpl in H.
  replace (n - 1 - (n - 1 - i'))%nat with i' in H by lia.
  replace (n - 1 - (n - 1 - i))%nat with i in H by lia.
  replace (n - 1 - (n - 1 - j'))%nat with j' in H by lia.
  replace (n - 1 - (n - 1 - j))%nat with j in H by lia.
  apply H; lia.
Qed.

(* Theorem IV.3 on a line: no K-nearest-neighbour graph with 1 <= K <= n - 2 keeps it, however ties
   are broken, for every law of lambda with q > 0.  The graph as Section IV.A describes it: source
   i gives the weight 1 to its K closest targets. *)
Theorem IV3_knn E n K c x W :
  (1 <= K /\ K + 2 <= n)%nat -> increasing n x -> 0 <= c -> nearest n K c x W -> 0 < q E ->
  ~ (forall y a b, best_line (mixup E n x y) a b -> best_line (local_mixup E n W x y) a b).
Proof.
  intros HK Hx Hc HW Hq H.
  assert (HW0 : nonnegative n W).
  { intros i j Hi Hj. destruct (HW i Hi) as (Hii & _ & H01 & _).
    destruct (Nat.eq_dec i j) as [<-|Hij]; [lra | destruct (H01 j Hj Hij); lra]. }
  assert (HM : keeps_span n x (M E n W)).
  { apply IV3_condition_directed; [exact HW0|].
    intros y a b Hm. apply H. now apply (mixup_is_least_squares E). }
  destruct HM as (c0 & c1 & d0 & d1 & HM). destruct (moments E) as [Hpq _]. unfold p in Hpq.
  assert (Hp2 : 0 <= p2 E) by (pose proof (expected_square_nonneg E 0 1); lra).
  (* M in terms of the graph with both directions added. *)
  set (V := fun i j => W i j + W j i).
  assert (HMu : forall i u, (i < n)%nat -> M E n W u i
    = ((p1 E - p2 E) * (INR K + c) + p2 E * degree n V i) * u i
      + q E * sum n (fun j => V i j * u j)).
  { intros i u Hi. destruct (HW i Hi) as (_ & <- & _). unfold M, degree.
    transitivity ((p1 E - p2 E) * u i * sum n (W i) + p2 E * u i * sum n (V i)
      + q E * sum n (fun j => V i j * u j)); [|ring].
    rewrite <- sum_linear, <- sum_scal, <- sum_plus. apply sum_ext; intros; unfold V; ring. }
  assert (HV : forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> V i j = V 0%nat 1%nat).
  { destruct n as [|[|m]]; try lia. apply nested_constant with x (2 * c); auto; try lia.
    - intros i j _ _. unfold V. ring.
    - intros i Hi. unfold V. destruct (HW i Hi) as (-> & _). ring.
    - intros i' i j j' H1 H2 H3 H4. unfold V. apply Rplus_le_compat.
      + now apply nearest_right with (S (S m)) K c x.
      + now apply nearest_left with (S (S m)) K c x.
    - exists ((c0 - (p1 E - p2 E) * (INR K + c)) / (p2 E + q E)), (c1 / (p2 E + q E)).
      intros i Hi. destruct (HM i Hi) as [H1 _]. rewrite HMu in H1 by exact Hi.
      rewrite (sum_ext _ (fun j => _ * 1) (V i)) in H1 by (intros; ring).
      fold (degree (S (S m)) V i) in H1. apply Rmult_eq_reg_l with (p2 E + q E); [|lra].
      transitivity (c0 - (p1 E - p2 E) * (INR K + c) + c1 * x i); [lra | field; lra].
    - intros [d Hd]. set (t := (p1 E - p2 E) * (INR K + c) + p2 E * d).
      exists (d0 / q E), ((d1 - t) / q E).
      intros i Hi. destruct (HM i Hi) as [_ H1]. rewrite HMu, Hd in H1 by exact Hi. fold t in H1.
      apply Rmult_eq_reg_l with (q E); [|lra].
      transitivity (d0 + (d1 - t) * x i); [lra | field; lra]. }
  destruct (nearest_mutual n K c x W HK Hx HW) as (i & Hi & Hr & Hl).
  destruct (nearest_ends n K c x W HK Hx HW) as [E1 E2].
  pose proof (HV i (S i) ltac:(lia) Hi ltac:(lia)) as V1.
  pose proof (HV 0%nat (n - 1)%nat ltac:(lia) ltac:(lia) ltac:(lia)) as V2.
  unfold V in V1, V2. lra.
Qed.

(* The same for the three ways to make the graph symmetric: both directions averaged, either of
   them required, or both. *)
Theorem IV3_knn_symmetric E n K c x W rule :
  (1 <= K /\ K + 2 <= n)%nat -> increasing n x -> 0 <= c -> nearest n K c x W -> 0 < q E ->
  rule = (fun s t => (s + t) / 2) \/ rule = Rmax \/ rule = Rmin ->
  ~ (forall y a b, best_line (mixup E n x y) a b ->
       best_line (local_mixup E n (fun i j => rule (W i j) (W j i)) x y) a b).
Proof.
  intros HK Hx Hc HW Hq Hrule H. set (V := fun i j => rule (W i j) (W j i)) in *.
  assert (Hsame : forall s, rule s s = s).
  { intros s. destruct Hrule as [->|[->| ->]]; [field | |].
    - unfold Rmax; destruct Rle_dec; auto.
    - unfold Rmin; destruct Rle_dec; auto. }
  assert (Hcomm : forall s t, rule s t = rule t s).
  { intros s t. destruct Hrule as [->|[->| ->]]; [field | apply Rmax_comm | apply Rmin_comm]. }
  assert (Hmono : forall s t s' t', s <= s' -> t <= t' -> rule s t <= rule s' t').
  { intros s t s' t' Hs Ht. destruct Hrule as [->|[->| ->]]; [lra | |].
    - unfold Rmax; repeat destruct Rle_dec; lra.
    - unfold Rmin; repeat destruct Rle_dec; lra. }
  assert (Hself : forall i, (i < n)%nat -> V i i = c).
  { intros i Hi. unfold V. rewrite Hsame. now apply HW. }
  assert (HV0 : nonnegative n V).
  { intros i j Hi Hj. destruct (Nat.eq_dec i j) as [<-|Hij]; [rewrite Hself; auto|].
    rewrite <- (Hsame 0). apply Hmono.
    - destruct (nearest_01 n K c x W HW i j Hi Hj Hij); lra.
    - destruct (nearest_01 n K c x W HW j i Hj Hi ltac:(auto)); lra. }
  assert (HV : forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> V i j = V 0%nat 1%nat).
  { apply (nested_keeps E n x V c); auto; [lia | intros i j _ _; apply Hcomm | |].
    - intros i' i j j' H1 H2 H3 H4. apply Hmono.
      + now apply nearest_right with n K c x.
      + now apply nearest_left with n K c x.
    - apply IV3_condition_directed; [exact HV0|].
      intros y a b Hm. apply H. now apply (mixup_is_least_squares E). }
  destruct (nearest_mutual n K c x W HK Hx HW) as (i & Hi & Hr & Hl).
  destruct (nearest_ends n K c x W HK Hx HW) as [E1 E2].
  pose proof (HV i (S i) ltac:(lia) Hi ltac:(lia)) as V1.
  pose proof (HV 0%nat (n - 1)%nat ltac:(lia) ltac:(lia) ltac:(lia)) as V2.
  unfold V in V1 at 1, V2 at 1. rewrite Hr, Hl, Hsame in V1. rewrite E1, E2, Hsame in V2. lra.
Qed.

(* Sharp: K = n - 1 neighbours and self pairs are Mixup itself. *)
Theorem IV3_knn_sharp E n x y a b : (1 <= n)%nat ->
  nearest n (n - 1) 1 x (fun _ _ => 1) /\
  (best_line (mixup E n x y) a b <-> best_line (local_mixup E n (fun _ _ => 1) x y) a b).
Proof.
  intros Hn. assert (H0 : 0 < INR n) by (apply lt_0_INR; lia). split.
  - intros i Hi. split; [reflexivity | split; [|split; intros; [now right | lra]]].
    rewrite sum_const, minus_INR by exact Hn. simpl. lra.
  - assert (HL : forall f, local_mixup E n (fun _ _ => 1) x y f = INR n ^ 2 * mixup E n x y f).
    { intros f. unfold local_mixup, mixup. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by nra.
      apply sum_sum_ext; intros; ring. }
    split; intros H a' b'; specialize (H a' b'); rewrite !HL in *.
    + apply Rmult_le_compat_l; [nra | exact H].
    + apply Rmult_le_reg_l with (INR n ^ 2); [nra | exact H].
Qed.
