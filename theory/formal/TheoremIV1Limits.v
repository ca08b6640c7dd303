(* Theorem IV.1, Eqs. (5)-(7): as K grows, f*_K tends to the mean of y, its squared bias to the
   variance of y and its variance to 0.  Here with rates, in the four readings that are mixtures. *)

From Coq Require Import Reals ZArith Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer Equation3 Blocks.
Open Scope R_scope.

Lemma sum_abs m g Z : (forall i, (i < m)%nat -> Rabs (g i) <= Z) -> Rabs (sum m g) <= INR m * Z.
Proof.
  induction m as [|m IH]; intros E; [simpl; rewrite Rabs_R0; lra|]. cbn [sum]. rewrite S_INR.
  pose proof (Rabs_triang (sum m g) (g m)). pose proof (E m ltac:(lia)).
  assert (Rabs (sum m g) <= INR m * Z) by (apply IH; auto). lra.
Qed.

(* The sum of a periodic z of mean 0 over a window of any length is bounded: drop whole periods. *)
Lemma window n z Z m x : (1 <= n)%nat -> periodic n z -> sum n (fun i => z (Z.of_nat i)) = 0 ->
  (forall x, Rabs (z x) <= Z) -> Rabs (sum m (fun i => z (Z.of_nat i + x)%Z)) <= INR n * Z.
Proof.
  intros Hn P H0 Hz. assert (0 <= Z) by (eapply Rle_trans; [apply Rabs_pos | apply (Hz 0%Z)]).
  induction m as [m IH] using (well_founded_induction lt_wf).
  destruct (Nat.lt_ge_cases m n) as [Hm|Hm].
  - eapply Rle_trans; [apply sum_abs; intros; apply Hz|].
    apply Rmult_le_compat_r; auto. apply le_INR. lia.
  - replace m with (n + (m - n))%nat by lia. rewrite sum_split, sum_period, H0, Rplus_0_l by auto.
    rewrite (sum_ext _ _ (fun i => z (Z.of_nat i + x)%Z)); [apply IH; lia|].
    intros i _. rewrite <- (P (Z.of_nat i + x)%Z). f_equal. lia.
Qed.

Lemma F_bound n z Z m x : (1 <= n)%nat -> periodic n z -> sum n (fun i => z (Z.of_nat i)) = 0 ->
  (forall x, Rabs (z x) <= Z) -> (1 <= m)%nat -> Rabs (F m z x) <= INR n * Z.
Proof.
  intros Hn P H0 Hz Hm. pose proof (INR_pos m Hm). unfold F.
  rewrite Rabs_mult, Rabs_pos_eq, sum_swap by (apply Rlt_le, Rinv_0_lt_compat; auto).
  apply Rmult_le_reg_l with (INR m); auto. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
  apply sum_abs. intros j _.
  rewrite (sum_ext _ _ (fun i => z (Z.of_nat i + (x - Z.of_nat j))%Z)) by (intros; f_equal; lia).
  apply window; auto.
Qed.

Lemma mix_bound M K n z Z x : reading M -> (1 <= K)%nat -> (1 <= n)%nat -> periodic n z ->
  sum n (fun i => z (Z.of_nat i)) = 0 -> (forall x, Rabs (z x) <= Z) ->
  Rabs (mix M K z x) <= (constant M K + INR n * sum K (fun i => weight M (S i))) / norm M K * Z.
Proof.
  intros HM HK Hn P H0 Hz. destruct (reading_pos M K HM HK) as (Hc & _ & HN). unfold mix, Rdiv.
  rewrite Rabs_mult, (Rabs_pos_eq (/ _)) by (apply Rlt_le, Rinv_0_lt_compat; auto).
  rewrite Rmult_assoc, (Rmult_comm (/ _)), <- Rmult_assoc.
  apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; auto|].
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rmult_plus_distr_r. apply Rplus_le_compat.
  - rewrite Rabs_mult, Rabs_pos_eq by auto. apply Rmult_le_compat_l; auto.
  - clear HK Hc HN. induction K as [|K IH]; cbn [sum]; [rewrite Rabs_R0; lra|].
    destruct (reading_pos M (S K) HM ltac:(lia)) as (_ & Hw & _).
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult, (Rabs_pos_eq (weight M _)) by lra.
    pose proof (F_bound n z Z (S K) x Hn P H0 Hz ltac:(lia)) as HF.
    apply (Rmult_le_compat_l (weight M (S K))) in HF; [|lra].
    lra.
Qed.

Lemma deviation_sum n y : (1 <= n)%nat -> sum n (fun i => deviation n y (Z.of_nat i)) = 0.
Proof.
  intros Hn. unfold deviation, Rminus. rewrite sum_plus, sum_const. unfold mean. field.
  apply not_0_INR. lia.
Qed.

(* Eq. (5) with a rate, in the four readings that are mixtures: Z is a bound of |y - mean y|. *)
Theorem mix_limit M K n y Z x : reading M -> (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  (forall x, Rabs (y x - mean n y) <= Z) ->
  Rabs (mix M K y x - mean n y)
  <= (constant M K + INR n * sum K (fun i => weight M (S i))) / norm M K * Z.
Proof.
  intros HM HK Hn P Hz. rewrite <- mix_deviation by auto.
  apply mix_bound; auto using deviation_periodic, deviation_sum.
Qed.

(* Theorem IV.1, Eq. (5), with a rate: f*_K tends to the mean of y like 1/K. *)
Theorem f_limit K n y Z x : (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  (forall x, Rabs (y x - mean n y) <= Z) ->
  Rabs (f K y x - mean n y) <= 2 * (INR n + 1) * Z / (INR K + 3).
Proof.
  intros HK Hn P Hz. rewrite f_is_counting. pose proof (INR_pos K HK).
  eapply Rle_trans; [apply mix_limit; eauto using counting_reading|]. apply Req_le.
  cbn [counting constant weight norm]. rewrite sum_const. field. lra.
Qed.

(* The same for the other three mixtures. *)
Theorem counting_self_limit K n y Z x : (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  (forall x, Rabs (y x - mean n y) <= Z) ->
  Rabs (mix counting_self K y x - mean n y)
  <= (2 * (INR n + 1) * INR K + 1) * Z / (INR K ^ 2 + 3 * INR K + 1).
Proof.
  intros HK Hn P Hz. pose proof (INR_pos K HK).
  eapply Rle_trans; [apply mix_limit; eauto; unfold reading; auto|]. apply Req_le.
  cbn [counting_self constant weight norm]. rewrite sum_const. field. nra.
Qed.

(* Theorem IV.1, Eq. (5), with a rate, for `length`. *)
Theorem length_limit K n y Z x : (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  (forall x, Rabs (y x - mean n y) <= Z) ->
  Rabs (mix length K y x - mean n y) <= 2 * INR n * Z / (INR K + 1).
Proof.
  intros HK Hn P Hz. pose proof (INR_pos K HK).
  eapply Rle_trans; [apply mix_limit; eauto; unfold reading; auto|]. apply Req_le.
  cbn [length constant weight norm]. rewrite sum_const. field. lra.
Qed.

(* Theorem IV.1, Eq. (5), with a rate, for `density`; H K is the harmonic number. *)
Theorem density_limit K n y Z x : (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  (forall x, Rabs (y x - mean n y) <= Z) ->
  Rabs (mix density K y x - mean n y) <= INR n * H K * Z / INR K.
Proof.
  intros HK Hn P Hz. pose proof (INR_pos K HK) as HK'.
  eapply Rle_trans; [apply mix_limit; eauto; unfold reading; auto|]. apply Req_le.
  cbn [density constant weight norm]. fold (H K). field. lra.
Qed.

(* Sharp: 1/K is the order of the rate.  For y = 1, -1, 1, -1, ... of mean 0, f*_K(0) >= 2/(K+3). *)
Theorem f_limit_sharp (y := fun k => cos (IZR k * PI)) :
  periodic 2 y /\ mean 2 y = 0 /\ (forall x, Rabs (y x) <= 1) /\
  forall K, (1 <= K)%nat -> 2 / (INR K + 3) <= f K y 0.
Proof.
  repeat split.
  - intros x. unfold y. rewrite plus_IZR, Rmult_plus_distr_r. simpl (IZR (Z.of_nat 2)).
    rewrite cos_plus, cos_2PI, sin_2PI. ring.
  - unfold mean, y. cbn [sum]. simpl IZR. rewrite Rmult_0_l, Rmult_1_l, cos_0, cos_PI. ring.
  - intros x. apply Rabs_le, COS_bound.
  - intros K HK. pose proof (INR_pos K HK). rewrite f_is_counting.
    assert (0 <= sum K (fun i => F (S i) y 0)).
    { apply sum_nonneg; intros i _. apply F_definite; [apply cos_positive_definite | lia]. }
    unfold mix. cbn [counting constant weight norm]. rewrite sum_scal. set (T := sum K _) in *.
    replace (y 0%Z) with 1 by (unfold y; rewrite Rmult_0_l, cos_0; auto).
    replace (2 / (INR K + 3)) with (INR K / (INR K * (INR K + 3) / 2)) by (field; lra).
    apply Rmult_le_compat_r; [|lra]. apply Rlt_le, Rinv_0_lt_compat. nra.
Qed.

(* Sharp: (K+3)^2 in place of K+3 is false, whatever the constant ... *)
Theorem f_limit_sharp_rate (y := fun k => cos (IZR k * PI)) C :
  ~ forall K, (1 <= K)%nat -> Rabs (f K y 0 - mean 2 y) <= C / (INR K + 3) ^ 2.
Proof.
  destruct f_limit_sharp as (_ & Hm & _ & E). fold y in Hm, E. intros E'.
  destruct (archimed (Rabs C)) as [Ha _]. set (K := S (Z.to_nat (up (Rabs C)))).
  assert (HK : C < INR K).
  { apply Rle_lt_trans with (Rabs C); [apply Rle_abs|]. eapply Rlt_le_trans; [apply Ha|].
    rewrite INR_IZR_INZ. apply IZR_le. unfold K. lia. }
  specialize (E K ltac:(unfold K; lia)). specialize (E' K ltac:(unfold K; lia)).
  rewrite Hm, Rminus_0_r in E'. pose proof (Rle_abs (f K y 0)). pose proof (pos_INR K).
  assert (E2 : 2 / (INR K + 3) <= C / (INR K + 3) ^ 2) by lra.
  apply (Rmult_le_compat_r ((INR K + 3) ^ 2)) in E2; [|nra].
  replace (2 / (INR K + 3) * _) with (2 * (INR K + 3)) in E2 by (field; lra).
  replace (C / _ * _) with C in E2 by (field; lra). lra.
Qed.

(* ... and so is n + 1 in place of 2 (n+1), at n = 2 and K = 1 with Z = 1. *)
Theorem f_limit_sharp_constant (y := fun k => cos (IZR k * PI)) :
  ~ Rabs (f 1 y 0 - mean 2 y) <= (INR 2 + 1) * 1 / (INR 1 + 3).
Proof.
  destruct f_limit_sharp as (_ & Hm & _ & _). fold y in Hm.
  rewrite Hm, f_is_counting, mix_1 by apply counting_reading. unfold y.
  rewrite Rmult_0_l, cos_0, Rabs_pos_eq by lra. simpl. lra.
Qed.

(* Limits. *)

Lemma H_sqrt K : H K <= 2 * sqrt (INR K).
Proof.
  unfold H. induction K as [|K IH]; [simpl; rewrite sqrt_0; lra|]. cbn [sum]. rewrite S_INR.
  pose proof (pos_INR K). pose proof (sqrt_pos (INR K)).
  pose proof (sqrt_sqrt (INR K) ltac:(lra)). pose proof (sqrt_sqrt (INR K + 1) ltac:(lra)).
  assert (0 < sqrt (INR K + 1)) by (apply sqrt_lt_R0; lra).
  set (s := sqrt (INR K)) in *. set (t := sqrt (INR K + 1)) in *.
  enough (/ (INR K + 1) <= 2 * (t - s)) by lra.
  apply Rmult_le_reg_l with (INR K + 1); [lra|]. rewrite Rinv_r by lra.
  assert (s <= t) by (apply sqrt_le_1; lra).
  assert ((t - s) * (t + s) = 1) by lra.
  assert (1 <= t) by (unfold t; rewrite <- sqrt_1 at 1; apply sqrt_le_1; lra).
  replace (INR K + 1) with (t * t) by lra. nra.
Qed.

Lemma converges u l C : (forall K, (1 <= K)%nat -> Rabs (u K - l) <= C / sqrt (INR K)) -> Un_cv u l.
Proof.
  intros Hu eps Heps. destruct (archimed ((C / eps) ^ 2)) as [Ha _].
  exists (S (Z.to_nat (up ((C / eps) ^ 2)))). intros K HK. unfold R_dist.
  assert (HK' : (C / eps) ^ 2 < INR K).
  { eapply Rlt_le_trans; [apply Ha|]. rewrite INR_IZR_INZ. apply IZR_le. lia. }
  eapply Rle_lt_trans; [apply Hu; lia|]. pose proof (pow2_ge_0 (C / eps)).
  assert (0 < sqrt (INR K)) by (apply sqrt_lt_R0; lra).
  pose proof (sqrt_sqrt (INR K) ltac:(lra)). set (t := sqrt (INR K)) in *.
  assert (C / eps < t) by nra.
  apply Rmult_lt_reg_r with (t / eps); [apply Rdiv_lt_0_compat; lra|].
  replace (C / t * (t / eps)) with (C / eps) by (field; lra).
  replace (eps * (t / eps)) with t by (field; lra). auto.
Qed.

(* A rate of Eq. (5) gives rates of Eqs. (6) and (7). *)
Lemma Var_rate n g c d : (1 <= n)%nat -> (forall x, Rabs (g x - c) <= d) -> 0 <= Var n g <= d ^ 2.
Proof.
  intros Hn Hd. pose proof (INR_pos n Hn) as Hn'.
  assert (Hi : 0 < / INR n) by (apply Rinv_0_lt_compat; auto). split.
  - apply Rmult_le_pos; [lra|]. apply sum_nonneg; intros; apply pow2_ge_0.
  - set (m := mean n g). set (s := sum n (fun i => g (Z.of_nat i))).
    assert (Hm : s = INR n * m) by (unfold m, mean, s; field; lra).
    assert (E : Var n g = / INR n * sum n (fun i => (g (Z.of_nat i) - c) ^ 2) - (m - c) ^ 2).
    { unfold Var. fold m. unfold mean.
      rewrite (sum_ext _ (fun i => (g (Z.of_nat i) - m) ^ 2) (fun i => (g (Z.of_nat i) - c) ^ 2
        + (2 * (c - m) * g (Z.of_nat i) + (m ^ 2 - c ^ 2)))) by (intros; ring).
      rewrite !sum_plus, sum_scal, sum_const. fold s. rewrite Hm. field. lra. }
    rewrite E. pose proof (pow2_ge_0 (m - c)).
    enough (/ INR n * sum n (fun i => (g (Z.of_nat i) - c) ^ 2) <= d ^ 2) by lra.
    apply Rmult_le_reg_l with (INR n); auto. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
    rewrite <- sum_const. apply sum_le; intros i _. rewrite <- pow2_abs.
    pose proof (Rabs_pos (g (Z.of_nat i) - c)). specialize (Hd (Z.of_nat i)). nra.
Qed.

Lemma Bias_rate n g y Z d : (1 <= n)%nat -> (forall x, Rabs (y x - mean n y) <= Z) ->
  (forall x, Rabs (g x - mean n y) <= d) -> Rabs (Bias2 n g y - Var n y) <= d * (d + 2 * Z).
Proof.
  intros Hn Hz Hd. pose proof (INR_pos n Hn) as Hn'.
  assert (Hi : 0 < / INR n) by (apply Rinv_0_lt_compat; auto).
  unfold Bias2, Var. set (c := mean n y) in *. unfold mean.
  rewrite <- Rmult_minus_distr_l, Rabs_mult, (Rabs_pos_eq (/ _)) by lra.
  apply Rmult_le_reg_l with (INR n); auto. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
  match goal with |- Rabs (?a - ?b) <= _ => replace (a - b) with (a + -1 * b) by ring end.
  rewrite <- sum_scal, <- sum_plus. apply sum_abs; intros i _.
  specialize (Hz (Z.of_nat i)). specialize (Hd (Z.of_nat i)).
  set (u := g (Z.of_nat i)) in *. set (v := y (Z.of_nat i)) in *.
  replace ((u - v) ^ 2 + -1 * (v - c) ^ 2) with ((u - c) * ((u - c) + -2 * (v - c))) by ring.
  rewrite Rabs_mult. pose proof (Rabs_triang (u - c) (-2 * (v - c))) as T.
  rewrite Rabs_mult, (Rabs_left (-2)) in T by lra.
  apply Rmult_le_compat; try apply Rabs_pos; lra.
Qed.

Lemma deviation_bound n y : (1 <= n)%nat -> periodic n y ->
  exists Z, forall x, Rabs (y x - mean n y) <= Z.
Proof.
  intros Hn P. exists (1 + inner n (deviation n y) (deviation n y)). intros x.
  pose proof (inner_ge n (deviation n y) x Hn (deviation_periodic n y P)) as E.
  fold (deviation n y x). set (u := deviation n y x) in *.
  destruct (Rcase_abs u); [rewrite Rabs_left by lra | rewrite Rabs_right by lra]; nra.
Qed.

(* Eqs. (5), (6) and (7) for every sequence g_K that tends to the mean like 1/sqrt K. *)
Lemma limits n y C g : (1 <= n)%nat -> periodic n y ->
  (forall K x, (1 <= K)%nat -> Rabs (g K x - mean n y) <= C / sqrt (INR K)) ->
  (forall x, Un_cv (fun K => g K x) (mean n y))
  /\ Un_cv (fun K => Bias2 n (g K) y) (Var n y) /\ Un_cv (fun K => Var n (g K)) 0.
Proof.
  intros Hn P E. destruct (deviation_bound n y Hn P) as [Z HZ].
  assert (E' : forall K, (1 <= K)%nat -> 0 <= C / sqrt (INR K) /\
    (C / sqrt (INR K)) ^ 2 <= C ^ 2 / sqrt (INR K)).
  { intros K HK. split; [eapply Rle_trans; [apply Rabs_pos | apply (E K 0%Z HK)]|].
    assert (1 <= sqrt (INR K)).
    { rewrite <- sqrt_1 at 1. apply sqrt_le_1; pose proof (INR_ge_1 K HK); lra. }
    replace ((C / sqrt (INR K)) ^ 2) with (C ^ 2 / sqrt (INR K) * / sqrt (INR K)) by (field; lra).
    rewrite <- (Rmult_1_r (C ^ 2 / sqrt (INR K))) at 2. apply Rmult_le_compat_l.
    - apply Rmult_le_pos; [apply pow2_ge_0 | apply Rlt_le, Rinv_0_lt_compat; lra].
    - rewrite <- Rinv_1. apply Rinv_le_contravar; lra. }
  repeat split.
  - intros x. apply converges with C; auto.
  - apply converges with (C ^ 2 + 2 * Z * C). intros K HK.
    eapply Rle_trans; [apply Bias_rate; eauto|]. destruct (E' K HK). unfold Rdiv in *. nra.
  - apply converges with (C ^ 2). intros K HK. destruct (E' K HK).
    destruct (Var_rate n (g K) _ _ Hn (fun x => E K x HK)).
    rewrite Rminus_0_r, Rabs_pos_eq; lra.
Qed.

(* A common rate of the four readings that are mixtures. *)
Lemma mix_rate M K n y Z x : reading M -> (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  (forall x, Rabs (y x - mean n y) <= Z) ->
  Rabs (mix M K y x - mean n y) <= 2 * (INR n + 1) * Z / sqrt (INR K).
Proof.
  intros HM HK Hn P Hz. pose proof (INR_ge_1 K HK) as HK'. pose proof (pos_INR n) as Hn'.
  assert (HZ : 0 <= Z) by (eapply Rle_trans; [apply Rabs_pos | apply (Hz 0%Z)]).
  pose proof (sqrt_sqrt (INR K) ltac:(lra)) as Hs.
  assert (Ht : 1 <= sqrt (INR K)) by (rewrite <- sqrt_1 at 1; apply sqrt_le_1; lra).
  pose proof (H_sqrt K) as HH. set (t := sqrt (INR K)) in *.
  assert (HtK : t <= INR K) by nra.
  assert (E : forall p q, 0 < q -> t * p <= 2 * (INR n + 1) * q ->
    p * Z / q <= 2 * (INR n + 1) * Z / t).
  { intros p q Hq Hp. apply Rmult_le_reg_l with (t * q); [nra|].
    replace (t * q * (p * Z / q)) with (t * p * Z) by (field; lra).
    replace (t * q * _) with (2 * (INR n + 1) * q * Z) by (field; lra).
    apply Rmult_le_compat_r; auto. }
  destruct HM as [->|[->|[->| ->]]].
  - rewrite <- f_is_counting. eapply Rle_trans; [apply f_limit; eauto|]. apply E; nra.
  - eapply Rle_trans; [apply counting_self_limit; eauto|]. apply E; [nra|].
    apply Rle_trans with (INR K * (2 * (INR n + 1) * INR K + 1)); [apply Rmult_le_compat_r|]; nra.
  - eapply Rle_trans; [apply length_limit; eauto|]. apply E; nra.
  - eapply Rle_trans; [apply density_limit; eauto|]. apply E; [lra|].
    rewrite <- Hs. assert (INR n * H K <= INR n * (2 * t)) by (apply Rmult_le_compat_l; auto). nra.
Qed.

Lemma mix_limits M n y : reading M -> (1 <= n)%nat -> periodic n y ->
  (forall x, Un_cv (fun K => mix M K y x) (mean n y))
  /\ Un_cv (fun K => Bias2 n (mix M K y) y) (Var n y) /\ Un_cv (fun K => Var n (mix M K y)) 0.
Proof.
  intros HM Hn P. destruct (deviation_bound n y Hn P) as [Z HZ].
  eapply limits; auto. intros K x HK. apply mix_rate; eauto.
Qed.

(* Theorem IV.1, Eq. (5): f*_K(x) -> E[y]. *)
Theorem f_converges n y x : (1 <= n)%nat -> periodic n y -> Un_cv (fun K => f K y x) (mean n y).
Proof.
  intros Hn P eps Heps. destruct (mix_limits counting n y counting_reading Hn P) as (E & _ & _).
  destruct (E x eps Heps) as [N HN]. exists N. intros K HK. rewrite f_is_counting. auto.
Qed.

(* Theorem IV.1, Eq. (6): Bias^2(f*_K) -> E[(y - E[y])^2]. *)
Theorem Bias_limit n y : (1 <= n)%nat -> periodic n y ->
  Un_cv (fun K => Bias2 n (f K y) y) (Var n y).
Proof.
  intros Hn P eps Heps. destruct (mix_limits counting n y counting_reading Hn P) as (_ & E & _).
  destruct (E eps Heps) as [N HN]. exists N. intros K HK. rewrite Bias2_f. auto.
Qed.

(* Theorem IV.1, Eq. (7): Var(f*_K) -> 0. *)
Theorem Var_limit n y : (1 <= n)%nat -> periodic n y -> Un_cv (fun K => Var n (f K y)) 0.
Proof.
  intros Hn P eps Heps. destruct (mix_limits counting n y counting_reading Hn P) as (_ & _ & E).
  destruct (E eps Heps) as [N HN]. exists N. intros K HK. rewrite Var_f. auto.
Qed.

(* Theorem IV.1, Eq. (6), with a rate: d is the bound of f_limit. *)
Theorem Bias_limit_rate K n y Z (d := 2 * (INR n + 1) * Z / (INR K + 3)) : (1 <= K)%nat ->
  (1 <= n)%nat -> periodic n y -> (forall x, Rabs (y x - mean n y) <= Z) ->
  Rabs (Bias2 n (f K y) y - Var n y) <= d * (d + 2 * Z).
Proof. intros HK Hn P Hz. apply Bias_rate; auto. intros x. apply f_limit; auto. Qed.

(* Theorem IV.1, Eq. (7), with a rate: d is the bound of f_limit. *)
Theorem Var_limit_rate K n y Z (d := 2 * (INR n + 1) * Z / (INR K + 3)) : (1 <= K)%nat ->
  (1 <= n)%nat -> periodic n y -> (forall x, Rabs (y x - mean n y) <= Z) ->
  0 <= Var n (f K y) <= d ^ 2.
Proof. intros HK Hn P Hz. apply (Var_rate n _ (mean n y)); auto. intros x. apply f_limit; auto. Qed.

(* Theorem IV.1, Eq. (5), in the four readings that are mixtures. *)
Theorem mix_converges M n y x : reading M -> (1 <= n)%nat -> periodic n y ->
  Un_cv (fun K => mix M K y x) (mean n y).
Proof. intros HM Hn P. apply mix_limits; auto. Qed.

(* Theorem IV.1, Eq. (6), in the four readings that are mixtures. *)
Theorem mix_Bias_limit M n y : reading M -> (1 <= n)%nat -> periodic n y ->
  Un_cv (fun K => Bias2 n (mix M K y) y) (Var n y).
Proof. intros HM Hn P. apply mix_limits; auto. Qed.

(* Theorem IV.1, Eq. (7), in the four readings that are mixtures. *)
Theorem mix_Var_limit M n y : reading M -> (1 <= n)%nat -> periodic n y ->
  Un_cv (fun K => Var n (mix M K y)) 0.
Proof. intros HM Hn P. apply mix_limits; auto. Qed.

(* Sharp: "in the case of Mixup f* has zero variance" holds of the limit only.  In every reading and
   for every K, f*_K of a y that is not constant has a positive variance ... *)
Theorem Var_limit_sharp M K n y a b : reading M -> (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  y a <> y b -> 0 < Var n (mix M K y).
Proof.
  intros HM HK Hn P Hab. rewrite Var_mix by auto.
  apply Rmult_lt_0_compat; [apply Rinv_0_lt_compat, INR_pos, Hn|].
  pose proof (deviation_pos n y a b Hn P Hab). pose proof (deviation_periodic n y P) as Pz.
  destruct (mix_positive M K HM HK) as [c [Hc E]]. specialize (E n _ Pz).
  pose proof (reading_below M K n _ _ HM HK (positive_mix M K n HM HK) Pz).
  set (z := deviation n y) in *.
  apply Rnot_le_lt. intros E0. enough (inner n z (mix M K z) = 0) by nra.
  unfold inner. rewrite (sum_ext _ _ (fun _ => 0)); [rewrite sum_const; ring|]. intros i _.
  rewrite (inner_0 n (mix M K z)); auto using filter_periodic, filter_mix. ring.
Qed.

(* ... and a squared bias below that of the mean. *)
Theorem Bias_limit_sharp M K n y a b : reading M -> (1 <= K)%nat -> (1 <= n)%nat -> periodic n y ->
  y a <> y b -> Bias2 n (mix M K y) y < Var n y.
Proof.
  intros HM HK Hn P Hab. rewrite Bias2_mix by auto.
  replace (Var n y) with (/ INR n * inner n (deviation n y) (deviation n y)).
  2: { unfold Var, mean at 1. f_equal. apply sum_ext; intros; unfold deviation; ring. }
  apply Rmult_lt_compat_l; [apply Rinv_0_lt_compat, INR_pos, Hn|].
  pose proof (deviation_pos n y a b Hn P Hab). pose proof (deviation_periodic n y P) as Pz.
  destruct (mix_positive M K HM HK) as [c [Hc E]]. specialize (E n _ Pz).
  pose proof (reading_below M K n _ _ HM HK (positive_mix M K n HM HK) Pz).
  set (z := deviation n y) in *.
  pose proof (squares_minus n z (fun x => mix M K z x - z x)) as Sq.
  assert (Ea : forall w, inner n w (fun x => z x + (mix M K z x - z x)) = inner n w (mix M K z))
    by (intros; apply sum_ext; intros; ring).
  assert (Eb : inner n (fun x => mix M K z x - z x) (mix M K z)
    = 1 * inner n (mix M K z) (mix M K z) + -1 * inner n z (mix M K z)).
  { unfold inner. rewrite <- !sum_scal, <- sum_plus. apply sum_ext; intros; ring. }
  rewrite !Ea, Eb in Sq. nra.
Qed.

(* Sharp: for n = 2 and y = 0, 1, 0, 1, ... of mean 1/2 Eq. (3) gives f*_2(0) = 1/5. *)
Theorem not_mean (y := fun k => if Z.even k then 0 else 1) :
  periodic 2 y /\ mean 2 y = 1 / 2 /\ f 2 y 0 = 1 / 5.
Proof.
  repeat split.
  - intros x. unfold y. rewrite Z.even_add. simpl. destruct (Z.even x); reflexivity.
  - unfold mean, y. simpl. lra.
  - unfold f, S_, A, y. simpl. field.
Qed.
