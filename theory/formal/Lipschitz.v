(* Section V.B: Q(D), the lower bound of the Lipschitz constant.  The paper refers to a longer
   version for its definition; here Q is the largest slope between two virtual samples. *)

From Coq Require Import Reals Lra Lia FunctionalExtensionality Classical.
From LocalMixup Require Import Sums.
Open Scope R_scope.

(* Inputs and outputs are vectors: functions of which the first d coordinates count. *)
Definition vector := nat -> R.
Definition equal (d : nat) (u v : vector) : Prop := forall k, (k < d)%nat -> u k = v k.
Definition dist (d : nat) (u v : vector) : R := sqrt (sum d (fun k => (u k - v k) ^ 2)).
Definition mixed (l : R) (u v : vector) : vector := fun k => l * u k + (1 - l) * v k.

(* n samples (x_i, y_i) with inputs in R^dim_x and outputs in R^dim_y. *)
Record dataset :=
  { n : nat; dim_x : nat; dim_y : nat; x : nat -> vector; y : nat -> vector }.

(* Training samples (u, v): those of vanilla training; those of Mixup; those of Local Mixup with
   the thresholded graph of Section IV.A, the pairs with d(x_i, x_j) <= epsilon, i = j included. *)
Definition samples := vector -> vector -> Prop.

Definition vanilla_samples (D : dataset) : samples := fun u v =>
  exists i, (i < n D)%nat /\ u = x D i /\ v = y D i.

Definition mixup_samples (D : dataset) : samples := fun u v =>
  exists i j l, (i < n D)%nat /\ (j < n D)%nat /\ 0 <= l <= 1 /\
    u = mixed l (x D i) (x D j) /\ v = mixed l (y D i) (y D j).

Definition local_samples (D : dataset) (eps : R) : samples := fun u v =>
  exists i j l, (i < n D)%nat /\ (j < n D)%nat /\ 0 <= l <= 1 /\
    dist (dim_x D) (x D i) (x D j) <= eps /\
    u = mixed l (x D i) (x D j) /\ v = mixed l (y D i) (y D j).

(* The slopes between two samples with different inputs, and Q, their least upper bound. *)
Definition sample_slope (D : dataset) (V : samples) (s : R) : Prop :=
  exists u v u' v', V u v /\ V u' v' /\ 0 < dist (dim_x D) u u' /\
    s = dist (dim_y D) v v' / dist (dim_x D) u u'.

Definition is_Q (D : dataset) (V : samples) (Q : R) : Prop := is_lub (sample_slope D V) Q.

(* f fits the samples; L is a Lipschitz constant of f. *)
Definition fits (D : dataset) (V : samples) (f : vector -> vector) : Prop :=
  forall u v, V u v -> equal (dim_y D) (f u) v.

Definition lipschitz (D : dataset) (f : vector -> vector) (L : R) : Prop :=
  forall u u', dist (dim_y D) (f u) (f u') <= L * dist (dim_x D) u u'.

Lemma dist_equal d u u' v v' : equal d u u' -> equal d v v' -> dist d u v = dist d u' v'.
Proof.
  intros Hu Hv. unfold dist. f_equal. apply sum_ext; intros k Hk. now rewrite Hu, Hv.
Qed.

Lemma dist_zero d u v : dist d u v <= 0 <-> equal d u v.
Proof.
  split; intros H.
  - intros k Hk. pose proof (sqrt_pos (sum d (fun k => (u k - v k) ^ 2))) as H0.
    assert (Hs : sum d (fun k => (u k - v k) ^ 2) = 0).
    { apply sqrt_eq_0; [|unfold dist in H; lra].
      apply sum_nonneg; intros; apply pow2_ge_0. }
    clear H H0. revert k Hk Hs. induction d as [|d IH]; intros k Hk Hs; [lia|]. cbn [sum] in Hs.
    assert (0 <= sum d (fun k => (u k - v k) ^ 2)) by (apply sum_nonneg; intros; apply pow2_ge_0).
    assert (Hd := pow2_ge_0 (u d - v d)).
    destruct (Nat.eq_dec k d) as [->|]; [|apply IH; [lia | lra]].
    apply Rminus_diag_uniq, Rsqr_0_uniq. unfold Rsqr. lra.
  - rewrite (dist_equal d u v v v) by (auto; now intros k Hk). right. unfold dist.
    transitivity (sqrt 0); [f_equal | apply sqrt_0].
    transitivity (sum d (fun _ => 0)); [|rewrite sum_const; ring].
    apply sum_ext; intros k _. ring.
Qed.

Lemma mix_self l u : mixed l u u = u.
Proof. apply functional_extensionality; intros k. unfold mixed. ring. Qed.

Lemma slope_monotone D (V V' : samples) s :
  (forall u v, V u v -> V' u v) -> sample_slope D V s -> sample_slope D V' s.
Proof. intros H (u & v & u' & v' & Hv & Hv' & Hs). exists u, v, u', v'. auto. Qed.

Lemma Q_same D (V V' : samples) Q : (forall u v, V u v <-> V' u v) ->
  is_Q D V Q <-> is_Q D V' Q.
Proof.
  intros H. split; intros [HQ Hl]; split.
  - intros s Hs. apply HQ. revert Hs. apply slope_monotone, H.
  - intros c Hc. apply Hl. intros s Hs. apply Hc. revert Hs. apply slope_monotone, H.
  - intros s Hs. apply HQ. revert Hs. apply slope_monotone, H.
  - intros c Hc. apply Hl. intros s Hs. apply Hc. revert Hs. apply slope_monotone, H.
Qed.

(* Section V.B: Q does not decrease with epsilon. *)
Theorem Q_monotone D eps eps' Q Q' : eps <= eps' ->
  is_Q D (local_samples D eps) Q -> is_Q D (local_samples D eps') Q' -> Q <= Q'.
Proof.
  intros He [_ HQ] [HQ' _]. apply HQ. intros s Hs. apply HQ'. revert Hs. apply slope_monotone.
  intros u v (i & j & l & Hi & Hj & Hl & Hd & Huv). exists i, j, l. intuition lra.
Qed.

(* Sharp: Q jumps, so "epsilon can be used to smoothly tune the lower bound Q(D)" is false.  Between
   two neighbouring distances of the inputs Q is constant. *)
Theorem Q_step D eps eps' Q : eps <= eps' ->
  (forall i j, (i < n D)%nat -> (j < n D)%nat ->
    dist (dim_x D) (x D i) (x D j) <= eps \/ eps' < dist (dim_x D) (x D i) (x D j)) ->
  is_Q D (local_samples D eps) Q <-> is_Q D (local_samples D eps') Q.
Proof.
  intros He Hd. apply Q_same. intros u v; split;
    intros (i & j & l & Hi & Hj & Hl & H & Huv); exists i, j, l.
  - intuition lra.
  - destruct (Hd i j Hi Hj); intuition lra.
Qed.

(* Section V.B: Q is a lower bound of every Lipschitz constant of every function that fits the
   samples.  If the slopes have no bound, none fits them and has a Lipschitz constant. *)
Theorem Q_lower_bound D V f L : fits D V f -> lipschitz D f L ->
  is_upper_bound (sample_slope D V) L /\ (forall Q, is_Q D V Q -> Q <= L).
Proof.
  intros Hf HL.
  assert (H : is_upper_bound (sample_slope D V) L).
  { intros s (u & v & u' & v' & Hv & Hv' & Hd & ->).
    rewrite <- (dist_equal _ _ _ _ _ (Hf _ _ Hv) (Hf _ _ Hv')).
    apply Rmult_le_reg_r with (dist (dim_x D) u u'); auto.
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. apply HL. }
  split; [exact H|]. intros Q [_ HQ]. now apply HQ.
Qed.

(* Section I: contradictions.  If two samples have one input and different outputs, no function
   with a Lipschitz constant fits. *)
Theorem contradictory_samples D (V : samples) u v u' v' f L : V u v -> V u' v' ->
  equal (dim_x D) u u' -> ~ equal (dim_y D) v v' -> fits D V f -> ~ lipschitz D f L.
Proof.
  intros Hv Hv' Hu Hne Hf HL. apply Hne, dist_zero.
  rewrite <- (dist_equal _ _ _ _ _ (Hf _ _ Hv) (Hf _ _ Hv')).
  apply Rle_trans with (1 := HL u u').
  rewrite (dist_equal _ u u' u' u') by (auto; now intros k Hk).
  assert (dist (dim_x D) u' u' <= 0) by (apply dist_zero; now intros k Hk).
  pose proof (sqrt_pos (sum (dim_x D) (fun k => (u' k - u' k) ^ 2))) as H0.
  fold (dist (dim_x D) u' u') in H0. replace (dist (dim_x D) u' u') with 0 by lra. lra.
Qed.

(* Section V.B, the extreme epsilon = 0: vanilla training, if the inputs are distinct. *)
Theorem Q_vanilla D Q :
  (forall i j, (i < n D)%nat -> (j < n D)%nat -> equal (dim_x D) (x D i) (x D j) -> i = j) ->
  is_Q D (local_samples D 0) Q <-> is_Q D (vanilla_samples D) Q.
Proof.
  intros Hx. apply Q_same. intros u v; split.
  - intros (i & j & l & Hi & Hj & Hl & Hd & -> & ->). exists i.
    assert (i = j) as <- by (apply Hx; auto; now apply dist_zero). now rewrite !mix_self.
  - intros (i & Hi & -> & ->). exists i, i, 1. rewrite !mix_self.
    repeat split; auto; try lra. apply dist_zero. now intros k Hk.
Qed.

(* Section V.B, the other extreme: Mixup, if epsilon is at least all distances of the inputs. *)
Theorem Q_mixup D eps Q :
  (forall i j, (i < n D)%nat -> (j < n D)%nat -> dist (dim_x D) (x D i) (x D j) <= eps) ->
  is_Q D (local_samples D eps) Q <-> is_Q D (mixup_samples D) Q.
Proof.
  intros Hd. apply Q_same. intros u v; split; intros (i & j & l & Hi & Hj & Hl & H);
    exists i, j, l; intuition.
Qed.

(* Three samples in the plane, 1 at (0, 1) and 0 at (-1, 0) and (1, 0). *)
Definition triangle : dataset :=
  {| n := 3; dim_x := 2; dim_y := 1;
     x := fun i k => match i, k with
       | 0%nat, 0%nat => 0 | 0%nat, _ => 1 | 1%nat, 0%nat => -1 | 1%nat, _ => 0
       | _, 0%nat => 1 | _, _ => 0 end;
     y := fun i _ => match i with 0%nat => 1 | _ => 0 end |}.

Lemma is_Q_attained D V f Q :
  fits D V f -> lipschitz D f Q -> sample_slope D V Q -> is_Q D V Q.
Proof.
  intros Hf HL Hs. split; [now apply (Q_lower_bound D V f)|]. intros c Hc. now apply Hc.
Qed.

Lemma sqrt_2_inv : 1 / sqrt 2 * (1 / sqrt 2) = 1 / 2.
Proof.
  assert (0 < sqrt 2) by (apply sqrt_lt_R0; lra).
  replace (1 / sqrt 2 * (1 / sqrt 2)) with (1 / (sqrt 2 * sqrt 2)) by (field; lra).
  now rewrite sqrt_sqrt by lra.
Qed.

Lemma lipschitz_triangle f Q : 0 <= Q ->
  (forall u u' : vector, (f u 0%nat - f u' 0%nat) ^ 2
    <= Q * Q * ((u 0%nat - u' 0%nat) ^ 2 + (u 1%nat - u' 1%nat) ^ 2)) -> lipschitz triangle f Q.
Proof.
  intros HQ H u u'. unfold dist; cbn [triangle dim_x dim_y sum].
  rewrite <- (sqrt_square Q) by exact HQ. rewrite <- sqrt_mult_alt by nra.
  apply sqrt_le_1_alt. specialize (H u u'). lra.
Qed.

(* Sharp: for these three samples Q jumps from 1/sqrt 2 to 1 at epsilon = 2, the diameter, and does
   not change elsewhere. *)
Theorem Q_jumps eps :
  (0 <= eps < 2 -> is_Q triangle (local_samples triangle eps) (1 / sqrt 2)) /\
  (2 <= eps -> is_Q triangle (local_samples triangle eps) 1).
Proof.
  assert (Hs2 : 0 < sqrt 2) by (apply sqrt_lt_R0; lra).
  assert (Hself : 0 <= eps -> forall i, (i < 3)%nat ->
    local_samples triangle eps (x triangle i) (y triangle i)).
  { intros He i Hi. exists i, i, 1. rewrite !mix_self. repeat split; auto; try lra.
    apply Rle_trans with 0; [apply dist_zero; now intros k Hk | exact He]. }
  split; intros He; specialize (Hself ltac:(lra)).
  - apply is_Q_attained with (f := fun u _ => (1 - Rabs (u 0%nat) + u 1%nat) / 2).
    + intros u v (i & j & l & Hi & Hj & Hl & Hd & -> & ->) k Hk.
      assert (H2 : ~ sqrt 4 <= eps).
      { replace 4 with (2 * 2) by ring. rewrite sqrt_square by lra. lra. }
      cbn [triangle n] in Hi, Hj. unfold mixed, triangle, dist in *. cbn [x y dim_x sum] in *.
      destruct i as [|[|[|i]]], j as [|[|[|j]]]; try lia; cbn in *;
        try (exfalso; apply H2; eapply Rle_trans; [|exact Hd]; right; f_equal; ring);
        unfold Rabs; destruct (Rcase_abs _); lra.
    + apply lipschitz_triangle.
      * left. apply Rdiv_lt_0_compat; lra.
      * intros u u'. rewrite sqrt_2_inv. pose proof (Rabs_triang_inv2 (u 0%nat) (u' 0%nat)) as H.
        assert (H' : (Rabs (u 0%nat) - Rabs (u' 0%nat)) ^ 2 <= (u 0%nat - u' 0%nat) ^ 2)
          by (apply pow_maj_Rabs with (n := 2%nat) in H; rewrite pow2_abs in H; exact H).
        pose proof (pow2_ge_0 (Rabs (u 0%nat) - Rabs (u' 0%nat) + (u 1%nat - u' 1%nat))). lra.
    + exists (x triangle 0), (y triangle 0), (x triangle 1), (y triangle 1).
      assert (Hy : dist 1 (y triangle 0) (y triangle 1) = 1).
      { unfold dist; cbn. transitivity (sqrt 1); [f_equal; ring | apply sqrt_1]. }
      assert (Hx : dist 2 (x triangle 0) (x triangle 1) = sqrt 2).
      { unfold dist; cbn. f_equal. ring. }
      cbn [triangle dim_x dim_y] in *. rewrite Hx, Hy.
      repeat split; [apply (Hself 0%nat); lia | apply (Hself 1%nat); lia | exact Hs2].
  - apply is_Q_attained with (f := fun u _ => u 1%nat).
    + intros u v (i & j & l & Hi & Hj & Hl & Hd & -> & ->) k Hk.
      cbn [triangle n] in Hi, Hj. unfold mixed, triangle. cbn [x y].
      destruct i as [|[|[|i]]], j as [|[|[|j]]]; try lia; lra.
    + apply lipschitz_triangle; [lra|]. intros u u'.
      pose proof (pow2_ge_0 (u 0%nat - u' 0%nat)). lra.
    + exists (x triangle 0), (y triangle 0), (mixed (1 / 2) (x triangle 1) (x triangle 2)),
        (mixed (1 / 2) (y triangle 1) (y triangle 2)).
      assert (Hy : dist 1 (y triangle 0) (mixed (1 / 2) (y triangle 1) (y triangle 2)) = 1).
      { unfold dist, mixed; cbn. transitivity (sqrt 1); [f_equal; field | apply sqrt_1]. }
      assert (Hx : dist 2 (x triangle 0) (mixed (1 / 2) (x triangle 1) (x triangle 2)) = 1).
      { unfold dist, mixed; cbn. transitivity (sqrt 1); [f_equal; field | apply sqrt_1]. }
      cbn [triangle dim_x dim_y] in *. rewrite Hx, Hy.
      repeat split; [apply (Hself 0%nat); lia | | lra | lra].
      exists 1%nat, 2%nat, (1 / 2). repeat split; try lra; try (cbn; lia).
      apply Rle_trans with (2 := He). right.
      rewrite <- (sqrt_square 2) by lra. unfold dist; cbn. f_equal. ring.
Qed.

(* Sharp: so Q can grow with epsilon, and below the diameter it need not be that of Mixup. *)
Theorem Q_monotone_sharp :
  ~ (forall D eps eps' Q Q', eps <= eps' ->
     is_Q D (local_samples D eps) Q -> is_Q D (local_samples D eps') Q' -> Q' <= Q) /\
  ~ (forall D eps Q, 0 <= eps -> is_Q D (local_samples D eps) Q <-> is_Q D (mixup_samples D) Q).
Proof.
  assert (Hlt : ~ 1 <= 1 / sqrt 2) by (pose proof sqrt_2_inv; nra).
  destruct (Q_jumps 0) as [H0 _], (Q_jumps 2) as [_ H2].
  specialize (H0 ltac:(lra)). specialize (H2 ltac:(lra)). split; intros H; apply Hlt.
  - apply (H triangle 0 2); auto. lra.
  - apply H in H2; [|lra]. apply (H triangle 0) in H2; [|lra].
    destruct H0 as [Hu _], H2 as [_ Hl]. now apply Hl.
Qed.

Lemma cauchy_schwarz d (f g : nat -> R) :
  sum d (fun k => f k * g k) ^ 2 <= sum d (fun k => f k ^ 2) * sum d (fun k => g k ^ 2).
Proof.
  set (A := sum d (fun k => f k ^ 2)). set (B := sum d (fun k => g k ^ 2)).
  set (C := sum d (fun k => f k * g k)).
  assert (H : forall s t, 0 <= s ^ 2 * A + 2 * s * t * C + t ^ 2 * B).
  { intros s t. unfold A, B, C. rewrite <- !sum_scal, <- !sum_plus. apply sum_nonneg; intros k _.
    replace (_ + _ + _) with ((s * f k + t * g k) ^ 2) by ring. apply pow2_ge_0. }
  assert (HA : 0 <= A) by (specialize (H 1 0); lra).
  pose proof (H C (- A)) as H1. pose proof (H (- B) C) as H2. pose proof (H 1 (- C)) as H3.
  assert (HB : 0 <= B) by (specialize (H 0 1); lra).
  destruct (Req_dec A 0) as [E|E]; [destruct (Req_dec B 0) as [E'|E']|].
  - rewrite E, E' in *. nra.
  - assert (0 <= B * (A * B - C ^ 2)) by lra. nra.
  - assert (0 <= A * (A * B - C ^ 2)) by lra. nra.
Qed.

Lemma dist_triangle d u v w : dist d u w <= dist d u v + dist d v w.
Proof.
  set (f := fun k => u k - v k). set (g := fun k => v k - w k).
  set (A := sum d (fun k => f k ^ 2)). set (B := sum d (fun k => g k ^ 2)).
  assert (HA : 0 <= A) by (apply sum_nonneg; intros; apply pow2_ge_0).
  assert (HB : 0 <= B) by (apply sum_nonneg; intros; apply pow2_ge_0).
  change (dist d u v) with (sqrt A). change (dist d v w) with (sqrt B).
  pose proof (sqrt_pos A). pose proof (sqrt_pos B).
  pose proof (sqrt_sqrt A HA). pose proof (sqrt_sqrt B HB).
  rewrite <- (sqrt_square (sqrt A + sqrt B)) by lra. apply sqrt_le_1_alt.
  pose proof (cauchy_schwarz d f g) as HC. fold A B in HC.
  set (C := sum d (fun k => f k * g k)) in *.
  apply Rle_trans with (A + 2 * C + B).
  - right. unfold A, B, C. rewrite <- sum_scal, <- !sum_plus. apply sum_ext; intros k _.
    unfold f, g. ring.
  - assert (C <= sqrt A * sqrt B); [|lra].
    apply Rsqr_incr_0_var; [|apply Rmult_le_pos; lra]. unfold Rsqr. nra.
Qed.

Lemma dist_sym d u v : dist d u v = dist d v u.
Proof. unfold dist. f_equal. apply sum_ext; intros k _. ring. Qed.

(* Sharp: for one output Q is the least Lipschitz constant.  Unless two samples
   contradict each other, a function that fits them has the Lipschitz constant Q (McShane). *)
Theorem Q_optimal D (V : samples) Q : dim_y D = 1%nat -> is_Q D V Q ->
  (forall u v u' v', V u v -> V u' v' -> equal (dim_x D) u u' -> equal 1 v v') ->
  exists f, fits D V f /\ lipschitz D f Q.
Proof.
  intros H1 [HQ Hl] Hc. set (p := dim_x D) in *.
  (* Some slope exists, and Q >= 0. *)
  assert (HE : exists u0 v0, V u0 v0 /\ 0 <= Q).
  { apply NNPP. intros Hn. assert (Q <= Q - 1); [|lra].
    apply Hl. intros s (u & v & u' & v' & Hv & Hv' & Hd & Hs). exfalso. apply Hn.
    exists u, v. split; auto. apply Rle_trans with s; [|apply HQ; now exists u, v, u', v'].
    rewrite Hs. apply Rmult_le_pos; [apply sqrt_pos | left; now apply Rinv_0_lt_compat]. }
  destruct HE as (u0 & v0 & H0 & HQ0).
  assert (Hs : forall u v u' v', V u v -> V u' v' -> v' 0%nat - v 0%nat <= Q * dist p u u').
  { intros u v u' v' Hv Hv'. destruct (Rle_lt_dec (dist p u u') 0) as [Hd|Hd].
    - pose proof (sqrt_pos (sum p (fun k => (u k - u' k) ^ 2))) as Hp. fold (dist p u u') in Hp.
      rewrite (Hc u v u' v' Hv Hv') by (try apply dist_zero; auto). nra.
    - assert (H : dist 1 v v' / dist p u u' <= Q)
        by (apply HQ; exists u, v, u', v'; rewrite H1; auto).
      apply Rle_trans with (dist 1 v v').
      + unfold dist; cbn [sum]. rewrite Rplus_0_l, <- Rsqr_pow2, sqrt_Rsqr_abs, Rabs_minus_sym.
        apply Rle_abs.
      + apply Rmult_le_reg_r with (/ dist p u u'); [now apply Rinv_0_lt_compat|].
        rewrite Rmult_assoc, Rinv_r, Rmult_1_r by lra. exact H. }
  set (P := fun u z => exists u' v', V u' v' /\ z = v' 0%nat - Q * dist p u u').
  assert (HB : forall u, bound (P u)).
  { intros u. exists (v0 0%nat + Q * dist p u u0). intros z (u' & v' & Hv & ->).
    pose proof (Hs _ _ _ _ H0 Hv) as H. pose proof (dist_triangle p u0 u u') as Ht.
    rewrite (dist_sym p u0 u) in Ht. nra. }
  assert (HN : forall u, exists z, P u z).
  { intros u. exists (v0 0%nat - Q * dist p u u0), u0, v0. auto. }
  set (g := fun u => proj1_sig (completeness (P u) (HB u) (HN u))).
  assert (Hg : forall u, is_lub (P u) (g u)) by (intros u; apply proj2_sig).
  exists (fun u _ => g u). split.
  - intros u v Hv k Hk. rewrite H1 in Hk. replace k with 0%nat by lia.
    destruct (Hg u) as [G1 G2]. apply Rle_antisym.
    + apply G2. intros z (u' & v' & Hv' & ->). pose proof (Hs _ _ _ _ Hv Hv'). lra.
    + apply G1. exists u, v. split; auto.
      assert (Hd : dist p u u <= 0) by (apply dist_zero; now intros i Hi).
      pose proof (sqrt_pos (sum p (fun k => (u k - u k) ^ 2))) as Hp. fold (dist p u u) in Hp.
      replace (dist p u u) with 0 by lra. ring.
  - intros u u'. rewrite H1. fold p.
    assert (H : forall u u', g u - g u' <= Q * dist p u u').
    { clear u u'. intros u u'. destruct (Hg u) as [_ G]. destruct (Hg u') as [G' _].
      enough (g u <= g u' + Q * dist p u u') by lra.
      apply G. intros z (w & v & Hv & ->).
      assert (v 0%nat - Q * dist p u' w <= g u') by (apply G'; now exists w, v).
      pose proof (dist_triangle p u' u w) as Ht. rewrite (dist_sym p u' u) in Ht. nra. }
    unfold dist at 1; cbn [sum]. rewrite Rplus_0_l, <- Rsqr_pow2, sqrt_Rsqr_abs.
    pose proof (H u u'). pose proof (H u' u) as H'. rewrite (dist_sym p u' u) in H'.
    unfold Rabs. destruct (Rcase_abs _); lra.
Qed.
