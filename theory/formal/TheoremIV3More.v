(* Around Theorem IV.3: how far Local Mixup's best line is from the least squares line, and for
   which graphs of Section IV.A on a line the theorem holds.  Nothing of this is in the paper. *)

From Coq Require Import Reals Lra Lia.
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
  0 < sum n d -> kappa * xLx < VD -> minimises (weighted n d x y) aD bD ->
  minimises (local_mixup E n W x y) a b
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

(* In a graph without edges longer than epsilon the Laplacian of the inputs is at most epsilon d, so
   the two lines differ by O(epsilon). *)
Theorem degree_weighted_local n W x eps i : nonnegative n W -> (i < n)%nat ->
  (forall j, (j < n)%nat -> Rabs (x i - x j) <= eps \/ W i j = 0) ->
  Rabs (laplacian n W x i) <= eps * degree n W i.
Proof.
  intros HW Hi H.
  assert (HL : laplacian n W x i = sum n (fun j => W i j * (x i - x j))).
  { transitivity (x i * sum n (W i) + (-1) * sum n (fun j => W i j * x j));
      [unfold laplacian, degree; ring|].
    rewrite <- sum_linear. apply sum_ext; intros; ring. }
  assert (HB : forall j, (j < n)%nat ->
    - (eps * W i j) <= W i j * (x i - x j) <= eps * W i j).
  { intros j Hj. specialize (HW i j Hi Hj). destruct (H j Hj) as [Hd| ->]; [|lra].
    pose proof (Rle_abs (x i - x j)) as H1. pose proof (Rle_abs (- (x i - x j))) as H2.
    rewrite Rabs_Ropp in H2. split; nra. }
  rewrite HL. unfold degree. apply Rabs_le. rewrite <- sum_scal. split.
  - replace (- sum n (fun j => eps * W i j)) with (-1 * sum n (fun j => eps * W i j)) by ring.
    rewrite <- sum_scal. apply sum_le; intros j Hj. specialize (HB j Hj). lra.
  - apply sum_le; intros j Hj. apply HB, Hj.
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
  (forall a b t, minimises (local_mixup E 3 W x y) a b ->
     line a b t - line (4 / 11) (- 2 / 11) t = - c * Lxe / (VD - c * xLx) * (t - xD)) ->
  c = 2 * q E.
Proof.
  intros x y W d xD VD xLx Lxe Hc H.
  destruct (path_graph 1 3) as [HS HW]; [lra|]. destruct (moments E) as [_ Hq].
  assert (HD : minimises (weighted 3 d x y) (4 / 11) (- 2 / 11)).
  { apply weighted_minimises; [intros i Hi; apply sum_nonneg; auto|].
    unfold d, degree, W, path, residual, x, y; simpl. lra. }
  assert (H0 : sum 3 d = 7) by (unfold d, degree, W, path; simpl; lra).
  assert (HxD : xD = 9 / 7) by (unfold xD; rewrite H0; unfold d, degree, W, path, x; simpl; field).
  assert (HVD : VD = 66 / 7) by (unfold VD; rewrite HxD; unfold d, degree, W, path, x; simpl; field).
  assert (HxLx : xLx = 5) by (unfold xLx, laplacian, degree, W, path, x; simpl; ring).
  assert (HLxe : Lxe = 2 / 11)
    by (unfold Lxe, laplacian, degree, line, W, path, x, y; simpl; field).
  set (delta := - (2 * q E) * (2 / 11) / (66 / 7 - 2 * q E * 5)).
  pose proof (degree_weighted E 3 W x y (4 / 11 + delta) (- 2 / 11 - delta * (9 / 7))
    (4 / 11) (- 2 / 11) HS HW) as HI. cbv zeta in HI. fold d xD VD xLx Lxe in HI. rewrite H0, HVD, HxLx, HLxe, HxD in HI.
  assert (Hm : minimises (local_mixup E 3 W x y) (4 / 11 + delta) (- 2 / 11 - delta * (9 / 7))).
  { apply HI; [lra | lra | exact HD |]. intros t. fold delta. unfold line. ring. }
  specialize (H _ _ (16 / 7) Hm). rewrite HVD, HxLx, HLxe, HxD in *. unfold line, delta in H.
  assert (E1 : - (2 * q E) * (2 / 11) * (66 / 7 - c * 5) = - c * (2 / 11) * (66 / 7 - 2 * q E * 5)).
  { apply Rmult_eq_reg_r with (/ (66 / 7 - c * 5) * / (66 / 7 - 2 * q E * 5)).
    - transitivity (- (2 * q E) * (2 / 11) / (66 / 7 - 2 * q E * 5)); [field; lra|].
      transitivity (- c * (2 / 11) / (66 / 7 - c * 5)); [lra | field; lra].
    - apply Rgt_not_eq, Rmult_lt_0_compat; apply Rinv_0_lt_compat; lra. }
  lra.
Qed.
