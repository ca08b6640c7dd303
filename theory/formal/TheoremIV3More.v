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
  assert (HVD : VD = 66 / 7)
    by (unfold VD; rewrite HxD; unfold d, degree, W, path, x; simpl; field).
  assert (HxLx : xLx = 5) by (unfold xLx, laplacian, degree, W, path, x; simpl; ring).
  assert (HLxe : Lxe = 2 / 11)
    by (unfold Lxe, laplacian, degree, line, W, path, x, y; simpl; field).
  set (delta := - (2 * q E) * (2 / 11) / (66 / 7 - 2 * q E * 5)).
  pose proof (degree_weighted E 3 W x y (4 / 11 + delta) (- 2 / 11 - delta * (9 / 7))
    (4 / 11) (- 2 / 11) HS HW) as HI. cbv zeta in HI. fold d xD VD xLx Lxe in HI.
  rewrite H0, HVD, HxLx, HLxe, HxD in HI.
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

(* Radial weights that do not increase keep Theorem IV.3 only if all edges have one weight. *)
Lemma radial_constant E m x phi c : let n := S (S m) in
  (1 <= m)%nat -> increasing n x -> (forall s t, 0 < s <= t -> phi t <= phi s) -> 0 < q E ->
  keeps_span n x (M E n (radial phi c x)) ->
  forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> radial phi c x i j = radial phi c x 0 1.
Proof.
  intros n Hm Hx Hphi Hq (c0 & c1 & d0 & d1 & HM). destruct (moments E) as [Hpq _].
  set (W := radial phi c x) in *.
  assert (HS : symmetric n W) by apply radial_symmetric.
  assert (Hmono := fun i j i' j' => radial_monotone n phi c x i j i' j' Hx Hphi). fold W in Hmono.
  assert (Hself : forall i, W i i = c) by (intros i; unfold W, radial; now rewrite Nat.eqb_refl).
  assert (Hdeg : forall i, (i < n)%nat -> degree n W i = c0 + c1 * x i).
  { intros i Hi. destruct (HM i Hi) as [H1 _].
    rewrite M_laplacian, laplacian_constant in H1 by auto. lra. }
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
  { apply sum_zero_each; [exact Hterm|]. rewrite <- Hleft, !Hd by lia. ring. }
  (* W x = u + v x, and v = c - w. *)
  set (w := W 0%nat 1%nat). set (Wx := fun i => sum n (fun j => W i j * x j)).
  set (u := d0 / (2 * q E)). set (v := (d1 - (1 - 2 * q E) * c0) / (2 * q E)).
  assert (HWx : forall i, (i < n)%nat -> Wx i = u + v * x i).
  { intros i Hi. destruct (HM i Hi) as [_ H1]. rewrite M_laplacian in H1 by auto.
    unfold laplacian in H1. fold (Wx i) in H1. rewrite Hd in H1 by auto.
    apply Rmult_eq_reg_l with (2 * q E); [|lra].
    transitivity (d0 + d1 * x i - (1 - 2 * q E) * c0 * x i); [lra | unfold u, v; field; lra]. }
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
    by (rewrite <- (Hd 0%nat) by lia; unfold degree, n; now rewrite sum_first, Hself).
  assert (HT : T = u + v * x 0%nat - x 0%nat * c0).
  { rewrite <- HWx, Hs by lia. unfold Wx, n. rewrite sum_first, Hself.
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
    apply sum_zero_each; [exact Hge|].
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
  { intros k Hk. unfold excess. destruct (Nat.eqb_spec i k) as [<-|]; [rewrite Hself; lra|].
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
  pose proof (sum_zero_each n excess He Hz j Hj) as H0. unfold excess in H0.
  destruct (Nat.eqb_spec i j); [lia|]. unfold w in *. lra.
Qed.

(* Theorem IV.3 on a line: let the weights be W[i,j] = phi(|x_i - x_j|) with phi >= 0 that does not
   increase, and all self pairs have the weight c >= 0.  From three points on, Mixup's best line
   minimises Local Mixup's criterion for all outputs only where the graph says nothing: if all
   edges have the same weight.  For every law of lambda with q > 0. *)
Theorem IV3_radial E n x phi c :
  (3 <= n)%nat -> increasing n x -> 0 <= c -> (forall s, 0 < s -> 0 <= phi s) ->
  (forall s t, 0 < s <= t -> phi t <= phi s) -> 0 < q E ->
  (forall y a b, minimises (mixup E n x y) a b ->
     minimises (local_mixup E n (radial phi c x) x y) a b)
  <-> exists w, forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> phi (Rabs (x i - x j)) = w.
Proof.
  intros Hn Hx Hc Hphi0 Hphi Hq. set (W := radial phi c x).
  assert (HW : nonnegative n W).
  { intros i j Hi Hj. unfold W, radial. destruct (Nat.eqb_spec i j) as [|Hij]; [exact Hc|].
    apply Hphi0, Rabs_pos_lt. intros H0.
    destruct (Nat.lt_ge_cases i j); [assert (x i < x j) | assert (x j < x i)];
      try (apply Hx; lia); lra. }
  assert (HI : (forall y a b, minimises (mixup E n x y) a b ->
      minimises (local_mixup E n W x y) a b) <-> keeps_span n x (M E n W)).
  { rewrite <- IV3_condition_directed by exact HW.
    split; intros H y a b Hm; apply H; now apply (mixup_is_least_squares E). }
  rewrite HI. split.
  - intros HK. exists (W 0%nat 1%nat). intros i j Hi Hj Hij.
    destruct n as [|[|m]]; try lia.
    pose proof (radial_constant E m x phi c ltac:(lia) Hx Hphi Hq HK i j Hi Hj Hij) as H.
    unfold radial at 1 in H. destruct (Nat.eqb_spec i j); [lia | exact H].
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
  (forall y a b, minimises (mixup E n x y) a b ->
     minimises (local_mixup E n (radial (fun s => if Rle_dec s eps then 1 else 0) 1 x) x y) a b)
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
  ~ (forall y a b, minimises (mixup E n x y) a b ->
       minimises (local_mixup E n (radial (fun s => exp (- alpha * s)) 1 x) x y) a b).
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

(* Sharp: q > 0 is needed.  If lambda is 0 or 1, two pairs of close points keep Theorem IV.3. *)
Definition ends : law.
Proof.
  refine {| expectation := fun g => (g 0 + g 1) / 2 |}.
  - intros. field.
  - intros c0 c1 c2 H. pose proof (H 0). pose proof (H 1). lra.
Defined.

Theorem IV3_radial_sharp :
  let x i := match i with 0%nat => 0 | 1%nat => 1 | 2%nat => 3 | _ => 4 end in
  let phi s := if Rle_dec s 1 then 1 else 0 in
  q ends = 0 /\
  (forall y a b, minimises (mixup ends 4 x y) a b ->
     minimises (local_mixup ends 4 (radial phi 1 x) x y) a b) /\
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

Lemma nearest_bounds i j : (i < n)%nat -> (j < n)%nat -> i <> j -> 0 <= W i j <= 1.
Proof. intros Hi Hj Hij. destruct (HW i Hi) as (_ & _ & H & _). destruct (H j Hj Hij); lra. Qed.

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

Lemma block_sum i m : (i <= m)%nat ->
  sum (S m) (fun j => if Nat.eqb i j then c else 1) = INR m + c.
Proof.
  intros Hi. transitivity (sum (S m) (fun j => (if Nat.eqb i j then c else 1) * 1));
    [apply sum_ext; intros; ring|].
  rewrite sum_two_weights, sum_const, S_INR by lia. ring.
Qed.

(* A point that has all of 0, ..., m as targets, itself among them. *)
Lemma nearest_count i m : (i <= m)%nat -> (m < n)%nat ->
  (forall k, (k <= m)%nat -> i <> k -> W i k = 1) -> (m <= K)%nat.
Proof.
  intros Hi Hm H. destruct (HW i) as (Hii & Hs & _); [lia|].
  apply INR_le. replace n with (S m + (n - S m))%nat in Hs by lia. rewrite sum_split in Hs.
  rewrite (sum_ext (S m) _ (fun j => if Nat.eqb i j then c else 1)), block_sum in Hs.
  - assert (0 <= sum (n - S m) (fun j => W i (S m + j)%nat)); [|lra].
    apply sum_nonneg; intros j Hj. apply nearest_bounds; lia.
  - exact Hi.
  - intros j Hj. destruct (Nat.eqb_spec i j) as [<-|]; [exact Hii | apply H; lia].
Qed.

Lemma nearest_to_first j : (0 < j)%nat -> (j < n)%nat -> W j 0%nat = 1 -> (j <= K)%nat.
Proof.
  intros Hj Hn H. apply (nearest_count j j); auto. intros k Hk Hjk.
  destruct (Nat.eq_dec k 0) as [->|]; [exact H|]. apply (nearest_between j 0 k); auto; lia.
Qed.

(* At most K points have the first one as target. *)
Lemma column_split i : sum n (fun j => W j i)
  = sum (S K) (fun j => W j i) + sum (n - S K) (fun j => W (S K + j)%nat i).
Proof. rewrite <- (sum_split (S K) (n - S K) (fun j => W j i)). f_equal. lia. Qed.

Lemma column_first_far : sum (n - S K) (fun j => W (S K + j)%nat 0%nat) = 0.
Proof.
  transitivity (sum (n - S K) (fun _ => 0)); [|rewrite sum_const; ring].
  apply sum_ext; intros j Hj. destruct (HW (S K + j)%nat) as (_ & _ & H & _); [lia|].
  destruct (H 0%nat) as [|H1]; [lia | lia | assumption |].
  apply nearest_to_first in H1; lia.
Qed.

Lemma column_first : sum n (fun j => W j 0%nat) <= INR K + c.
Proof.
  rewrite column_split, column_first_far, Rplus_0_r, <- (block_sum 0 K) by lia.
  apply sum_le; intros j Hj.
  destruct (Nat.eqb_spec 0 j) as [<-|]; [right; apply HW; lia | apply nearest_bounds; lia].
Qed.

(* A point i <= K that has the first one as target, or is it, has the targets 0, ..., K. *)
Lemma row_first i k : (i <= K)%nat -> (i = 0%nat \/ W i 0%nat = 1) -> (k < n)%nat -> i <> k ->
  W i k = if (k <=? K)%nat then 1 else 0.
Proof.
  intros Hi H0 Hk Hik.
  assert (Hfar : forall j, (K < j)%nat -> (j < n)%nat -> W i j = 0).
  { intros j Hj Hn. destruct (HW i) as (_ & _ & H & _); [lia|].
    destruct (H j) as [|H1]; [lia | lia | assumption |]. exfalso.
    assert (j <= K)%nat; [|lia]. apply (nearest_count i j); [lia | lia |]. intros l Hl Hil.
    destruct (Nat.lt_trichotomy i l) as [Hlt|[|Hgt]]; [|lia|].
    - destruct (Nat.eq_dec l j) as [->|]; [exact H1 | apply (nearest_between i j l); auto; lia].
    - destruct H0 as [|H0]; [lia|]. destruct (Nat.eq_dec l 0) as [->|]; [exact H0|].
      apply (nearest_between i 0 l); auto; lia. }
  destruct (Nat.leb_spec k K) as [HkK|]; [|now apply Hfar].
  destruct (HW i) as (Hii & Hs & _); [lia|].
  replace n with (S K + (n - S K))%nat in Hs by lia. rewrite sum_split in Hs.
  rewrite (sum_ext (n - S K) _ (fun _ => 0)), sum_const in Hs by (intros j Hj; apply Hfar; lia).
  set (gap := fun j => 1 * (if Nat.eqb i j then c else 1) + (-1) * W i j).
  assert (Hge : forall j, (j < S K)%nat -> 0 <= gap j).
  { intros j Hj. unfold gap. destruct (Nat.eqb_spec i j) as [<-|]; [rewrite Hii; lra|].
    assert (W i j <= 1) by (apply nearest_bounds; lia). lra. }
  assert (Hz : sum (S K) gap = 0) by (unfold gap; rewrite sum_linear, block_sum by exact Hi; lra).
  pose proof (sum_zero_each _ _ Hge Hz k ltac:(lia)) as Hk0. unfold gap in Hk0.
  destruct (Nat.eqb_spec i k); [lia | lra].
Qed.

(* If every point is the target of K points, the first K + 1 points form a complete graph without
   other edges. *)
Lemma first_block i u : (forall k, (k < n)%nat -> sum n (fun j => W j k) = INR K + c) ->
  (i <= K)%nat ->
  sum n (fun j => (W i j + W j i) * u j) = 2 * ((c - 1) * u i + sum (S K) u).
Proof.
  intros Hcol Hi.
  assert (Hto0 : forall j, (0 < j)%nat -> (j <= K)%nat -> W j 0%nat = 1).
  { set (gap := fun j => (if Nat.eqb 0 j then c else 1) + (-1) * W j 0%nat).
    assert (Hge : forall j, (j < S K)%nat -> 0 <= gap j).
    { intros j Hj. unfold gap. destruct (Nat.eqb_spec 0 j) as [<-|].
      - destruct (HW 0%nat) as (-> & _); [lia | lra].
      - assert (W j 0%nat <= 1) by (apply nearest_bounds; lia). lra. }
    assert (Hz : sum (S K) gap = 0).
    { pose proof (Hcol 0%nat ltac:(lia)) as H0.
      rewrite column_split, column_first_far, Rplus_0_r in H0.
      unfold gap. rewrite sum_plus, sum_scal, block_sum, H0 by lia. ring. }
    intros j H0 Hj. pose proof (sum_zero_each _ _ Hge Hz j ltac:(lia)) as H. unfold gap in H.
    destruct (Nat.eqb_spec 0 j); [lia | lra]. }
  assert (Hrow : forall j k, (j <= K)%nat -> (k < n)%nat -> j <> k ->
    W j k = if (k <=? K)%nat then 1 else 0).
  { intros j k Hj Hk Hjk. apply row_first; auto.
    destruct (Nat.eq_dec j 0) as [|Hj0]; [now left | right; apply Hto0; lia]. }
  assert (Hself : forall j, (j < n)%nat -> W j j = c) by (intros j Hj; now apply HW).
  assert (Hfar : forall j, (K < j)%nat -> (j < n)%nat -> W j i = 0).
  { intros j HKj Hj. pose proof (Hcol i ltac:(lia)) as Hs. rewrite column_split in Hs.
    rewrite (sum_ext (S K) _ (fun j => if Nat.eqb i j then c else 1)), block_sum in Hs.
    - replace j with (S K + (j - S K))%nat by lia.
      apply (sum_zero_each (n - S K) (fun j => W (S K + j)%nat i)); [|lra | lia].
      intros k Hk. apply nearest_bounds; lia.
    - exact Hi.
    - intros k Hk. destruct (Nat.eqb_spec i k) as [<-|]; [apply Hself; lia|].
      rewrite Hrow by lia. destruct (Nat.leb_spec i K); [reflexivity | lia]. }
  replace n with (S K + (n - S K))%nat by lia. rewrite sum_split.
  rewrite (sum_ext (n - S K) _ (fun _ => 0)), sum_const.
  - transitivity (2 * sum (S K) (fun j => (if Nat.eqb i j then c else 1) * u j));
      [|rewrite sum_two_weights by lia; ring].
    rewrite Rmult_0_r, Rplus_0_r, <- sum_scal. apply sum_ext; intros j Hj.
    destruct (Nat.eqb_spec i j) as [<-|]; [rewrite Hself by lia; ring|].
    rewrite !Hrow by lia. destruct (Nat.leb_spec i K), (Nat.leb_spec j K); try lia. ring.
  - intros j Hj. rewrite Hfar, (Hrow i) by lia.
    destruct (Nat.leb_spec (S K + j) K); [lia | ring].
Qed.

End Nearest.
