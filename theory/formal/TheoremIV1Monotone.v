(* Theorem IV.1, last line: "Var(f*_K) is eventually nonincreasing".  It strictly decreases from
   K = 1 on, in the four readings that are mixtures, for every y that is not constant; so do the
   multipliers, and the squared bias strictly increases. *)

From Coq Require Import Reals ZArith Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer Equation3 Blocks.
Open Scope R_scope.

(* A multiplier is one: f_K of cos(k theta) is multiplier(K, theta) cos(k theta). *)
Theorem multiplier_cos M K theta x : (1 <= K)%nat ->
  mix M K (fun k => cos (IZR k * theta)) x = multiplier M K theta * cos (IZR x * theta).
Proof.
  intros HK. unfold multiplier. rewrite !taps by auto. rewrite Rmult_comm, <- lags_scal.
  unfold lags. rewrite !Z.add_0_r, Rmult_0_l, cos_0. f_equal; [ring|].
  apply sum_ext; intros i _. set (k := Z.of_nat (S i)).
  change (tap M K (- k)) with (tap M K k).
  rewrite !Z.add_0_l, !plus_IZR, opp_IZR, !Rmult_plus_distr_r, Ropp_mult_distr_l_reverse.
  rewrite !cos_plus, cos_neg, sin_neg. ring.
Qed.

Lemma cos_roughness theta : roughness (fun k => cos (IZR k * theta)) = 1 - cos theta.
Proof.
  unfold roughness. replace (-1 * theta) with (- theta) by ring.
  rewrite cos_neg, Rmult_0_l, Rmult_1_l, cos_0. lra.
Qed.

(* Theorem IV.1, sharpened: each frequency is damped more as K grows, and by how much. *)
Theorem mult_bound K theta : (1 <= K)%nat ->
  2 * (1 - cos theta) / ((INR K + 1) * (INR K + 3) * (INR K + 4))
  <= multiplier counting K theta - multiplier counting (S K) theta.
Proof.
  intros HK. rewrite <- cos_roughness. apply counting_falls; [apply cos_positive_definite | auto].
Qed.

(* Sharp: 9 in place of 2 is false, at K = 1. *)
Theorem mult_bound_sharp theta : cos theta <> 1 ->
  multiplier counting 1 theta - multiplier counting 2 theta < 9 * (1 - cos theta) / (2 * 4 * 5).
Proof.
  intros Hc. pose proof (COS_bound theta). unfold multiplier, mix, F.
  cbn [sum counting constant weight norm INR]. simpl IZR.
  replace (-1 * theta) with (- theta) by ring. rewrite cos_neg, !Rmult_0_l, !Rmult_1_l, cos_0. lra.
Qed.

(* Theorem IV.1, sharpened: in the four readings that are mixtures the multipliers strictly decrease
   in K from K = 1 on, at every angle that is no multiple of 2 pi. *)
Theorem mult_strictly_decreasing M K theta : reading M -> (1 <= K)%nat -> cos theta <> 1 ->
  multiplier M (S K) theta < multiplier M K theta.
Proof.
  intros HM HK Hc. destruct (mix_falls M K HM HK) as [c [H E]].
  specialize (E _ (cos_positive_definite theta)). rewrite cos_roughness in E. unfold multiplier.
  pose proof (COS_bound theta).
  assert (0 < c * (1 - cos theta)) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

Lemma cos_1 theta : cos theta = 1 -> exists k, theta = 2 * IZR k * PI.
Proof.
  intros E. replace theta with (2 * (theta / 2)) in E by field. rewrite cos_2a_sin in E.
  destruct (sin_eq_0_0 (theta / 2)) as [k Hk]; [nra|]. exists k. lra.
Qed.

(* Theorem IV.1, sharpened: the multipliers strictly decrease at the angles that are no
   multiples of 2 pi. *)
Corollary mult_strictly_decreasing_angle M K theta : reading M -> (1 <= K)%nat ->
  (forall k : Z, theta <> 2 * IZR k * PI) -> multiplier M (S K) theta < multiplier M K theta.
Proof.
  intros HM HK Hk. apply mult_strictly_decreasing; auto.
  intros E. destruct (cos_1 theta E) as [k E']. apply (Hk k E').
Qed.

(* Sharp: at the multiples of 2 pi they do not decrease, all are 1. *)
Theorem mult_strictly_decreasing_sharp M K : reading M -> (1 <= K)%nat -> multiplier M K 0 = 1.
Proof.
  intros HM HK. unfold multiplier. rewrite <- (mix_one M K 0 HM HK).
  apply filter_eq; [apply filter_mix|]. intros x. rewrite Rmult_0_r. apply cos_0.
Qed.

(* Theorem IV.1, last line, sharpened: "Var(f*_K) is eventually nonincreasing".  In the four
   readings that are mixtures it strictly decreases from K = 1 on, if y is not constant. *)
Theorem mix_Var_strictly_decreasing M K n y a b : reading M -> (1 <= K)%nat -> (1 <= n)%nat ->
  periodic n y -> y a <> y b -> Var n (mix M (S K) y) < Var n (mix M K y).
Proof.
  intros HM HK Hn P Hab. rewrite !Var_mix by (auto; lia).
  apply Rmult_lt_compat_l; [apply Rinv_0_lt_compat, INR_pos, Hn|].
  set (z := deviation n y). assert (Pz : periodic n z) by (apply deviation_periodic, P).
  set (L := fun w x => mix M K w x + mix M (S K) w x).
  assert (HL : filter L) by (apply filter_plus; apply filter_mix).
  destruct (mix_positive M K HM HK) as [c1 [Hc1 E1]].
  destruct (mix_positive M (S K) HM ltac:(lia)) as [c2 [Hc2 E2]].
  assert (E : forall w, periodic n w -> c1 * inner n w w <= inner n w (L w)).
  { intros w Pw. specialize (E1 n w Pw). specialize (E2 n w Pw). pose proof (inner_nonneg n w).
    replace (inner n w (L w)) with (inner n w (fun x => 1 * mix M K w x + 1 * mix M (S K) w x))
      by (apply sum_ext; intros; unfold L; ring).
    rewrite inner_lin. nra. }
  destruct (reading_falls M K HM HK) as [c [Hc F]].
  assert (PL : positive n L).
  { split; auto. intros w Pw. specialize (E w Pw). pose proof (inner_nonneg n w). nra. }
  specialize (F n L z PL Pz).
  assert (Pos : 0 < inner n (slope z) (slope z)).
  { apply (slope_pos n z a b); auto. unfold z, deviation. lra. }
  specialize (E (slope z) ltac:(apply filter_periodic; auto; apply filter_slope)).
  assert (0 < c * inner n (slope z) (L (slope z))) by (apply Rmult_lt_0_compat; nra).
  pose proof (squares_minus n (mix M K z) (mix M (S K) z)) as Sq. unfold L in F at 2 3. lra.
Qed.

(* Theorem IV.1, last line, for f*_K of Eq. (3) as printed. *)
Theorem Var_strictly_decreasing K n y a b : (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  y a <> y b -> Var n (f (S K) y) < Var n (f K y).
Proof.
  intros. rewrite !Var_f. eapply mix_Var_strictly_decreasing; eauto using counting_reading.
Qed.

(* Sharp: a constant y has to be left out, its variance is 0 for every K. *)
Theorem Var_strictly_decreasing_sharp K n c : (1 <= K)%nat -> (1 <= n)%nat ->
  Var n (f K (fun _ => c)) = 0.
Proof.
  intros HK Hn. rewrite Var_f, Var_mix; auto using counting_reading; [|intros x; reflexivity].
  unfold inner. rewrite (sum_ext _ _ (fun _ => 0)); [rewrite sum_const; ring|]. intros i _.
  rewrite (filter_eq (mix counting K) _ (fun _ => 0 * 1 + 0 * 1)); [|apply filter_mix|].
  - rewrite (filter_lin _ 0 0 (fun _ => 1) (fun _ => 1)) by apply filter_mix. ring.
  - intros x. unfold deviation, mean. rewrite sum_const. field. apply not_0_INR. lia.
Qed.

(* Theorem IV.1: the squared bias strictly increases from K = 1 on, in the four readings that are
   mixtures, if y is not constant.  (The paper says so of its limit only.) *)
Theorem mix_Bias_strictly_increasing M K n y a b : reading M -> (1 <= K)%nat -> (1 <= n)%nat ->
  periodic n y -> y a <> y b -> Bias2 n (mix M K y) y < Bias2 n (mix M (S K) y) y.
Proof.
  intros HM HK Hn P Hab. rewrite !Bias2_mix by (auto; lia).
  apply Rmult_lt_compat_l; [apply Rinv_0_lt_compat, INR_pos, Hn|].
  set (z := deviation n y). assert (Pz : periodic n z) by (apply deviation_periodic, P).
  set (L := fun w x => (w x - mix M K w x) + (w x - mix M (S K) w x)).
  assert (HL : filter L).
  { apply filter_plus; apply filter_minus; try apply filter_id; apply filter_mix. }
  destruct (reading_falls M K HM HK) as [c [Hc F]].
  assert (E : forall w, periodic n w -> c * inner n (slope w) (slope w) <= inner n w (L w)).
  { intros w Pw. specialize (F n _ w (positive_id n) Pw).
    pose proof (reading_below M K n _ w HM HK (positive_id n) Pw) as E.
    rewrite (inner_comm n (mix M K w)) in F, E. rewrite (inner_comm n (mix M (S K) w)) in F.
    replace (inner n w (L w)) with (2 * inner n w w + -1 * inner n w (fun x =>
      1 * mix M K w x + 1 * mix M (S K) w x)).
    - rewrite (inner_lin n 1 1 (mix M K w) (mix M (S K) w)). lra.
    - rewrite <- (inner_lin n 2 (-1) w). apply sum_ext; intros; unfold L; ring. }
  assert (PL : positive n L).
  { split; auto. intros w Pw. specialize (E w Pw). pose proof (inner_nonneg n (slope w)). nra. }
  specialize (F n L z PL Pz).
  assert (Pos : 0 < inner n (slope (slope z)) (slope (slope z))).
  { apply slope_slope_pos, (slope_pos n z a b); auto. unfold z, deviation. lra. }
  specialize (E (slope z) ltac:(apply filter_periodic; auto; apply filter_slope)).
  assert (0 < c * inner n (slope z) (L (slope z))) by (apply Rmult_lt_0_compat; nra).
  set (u := fun x => mix M K z x - z x). set (v := fun x => mix M (S K) z x - z x).
  pose proof (squares_minus n u v) as Sq.
  assert (Eu : forall w, inner n w (fun x => u x + v x) = - inner n w (L z)).
  { intros w. replace (- _) with (-1 * inner n w (L z) + 0 * inner n w z) by ring.
    rewrite <- inner_lin. apply sum_ext; intros. unfold u, v, L. ring. }
  rewrite !Eu in Sq.
  assert (inner n u (L z) - inner n v (L z)
    = inner n (mix M K z) (L z) - inner n (mix M (S K) z) (L z)).
  { rewrite !(inner_comm n _ (L z)).
    transitivity (inner n (L z) (fun x => 1 * u x + -1 * v x)); [rewrite inner_lin; ring|].
    transitivity (inner n (L z) (fun x => 1 * mix M K z x + -1 * mix M (S K) z x));
      [|rewrite inner_lin; ring].
    apply sum_ext; intros; unfold u, v; ring. }
  lra.
Qed.

(* Theorem IV.1, the same for f*_K of Eq. (3) as printed. *)
Theorem Bias_strictly_increasing K n y a b : (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  y a <> y b -> Bias2 n (f K y) y < Bias2 n (f (S K) y) y.
Proof.
  intros. rewrite !Bias2_f. eapply mix_Bias_strictly_increasing; eauto using counting_reading.
Qed.
