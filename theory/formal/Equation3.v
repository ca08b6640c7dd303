(* Equations (3) and (4): f_K(x) is the mean of the values at x of all segments over x between
   inputs at most K apart, and an average of outputs with the weights `tap`. *)

From Coq Require Import Reals ZArith List FinFun Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer.
Import ListNotations.
Open Scope R_scope.

(* Eq. (4): A_m = F_m y - y for m >= 1, which the paper does not say. *)
Theorem A_fejer m y x : (1 <= m)%nat -> A m y x = F m y x - y x.
Proof.
  intros Hm. assert (0 < INR m) by (apply lt_0_INR; lia).
  rewrite F_lags by lia. unfold A, lags. rewrite D_0, Z.add_0_r, sum_plus.
  rewrite (sum_rev _ (fun i => INR (S i) * _)), <- sum_plus, <- sum_scal.
  rewrite (sum_ext (m - 1) _ (fun i => D m (Z.of_nat (S i)) * y (x + Z.of_nat (S i))%Z
    + D m (- Z.of_nat (S i)) * y (x + - Z.of_nat (S i))%Z)); [ring|].
  intros i Hi. rewrite D_even, D_near by lia.
  replace (S (m - 1 - 1 - i)) with (m - S i)%nat by lia. rewrite minus_INR by lia.
  replace (x + Z.of_nat m - Z.of_nat (m - S i))%Z with (x + Z.of_nat (S i))%Z by lia.
  replace (x + - Z.of_nat (S i))%Z with (x - Z.of_nat (S i))%Z by lia.
  field. lra.
Qed.

(* Eq. (4): S_K = A_1 + ... + A_K, for A_1 = 0. *)
Theorem S_is_sum_of_A K y x : S_ K y x = sum K (fun i => A (S i) y x).
Proof.
  induction K as [|K IH]; auto. destruct K as [|K].
  - unfold A. simpl. ring.
  - change (S_ (S (S K)) y x) with (S_ (S K) y x + A (S (S K)) y x). rewrite IH. reflexivity.
Qed.

(* Eq. (3): f_K = (K y + F_1 y + ... + F_K y) / (K(K+3)/2), the reading `counting`. *)
Theorem f_is_counting K y x : f K y x = mix counting K y x.
Proof.
  unfold f, mix, Rdiv. rewrite S_is_sum_of_A, Rmult_comm. f_equal. simpl.
  rewrite (sum_ext K _ (fun i => F (S i) y x + -1 * y x)) by (intros; rewrite A_fejer by lia; ring).
  rewrite (sum_ext K (fun i => 1 * _) (fun i => F (S i) y x)) by (intros; ring).
  rewrite sum_plus, sum_const. ring.
Qed.

(* The segments over 0 between lattice points a <= 0 <= b at most K apart, by their length. *)
Definition segments (K : nat) : list (Z * Z) :=
  flat_map (fun m => map (fun i => (- Z.of_nat i, Z.of_nat m - Z.of_nat i)%Z) (seq 0 (S m)))
    (seq 1 K).

(* These are all of them, each once. *)
Theorem segments_all K a b :
  In (a, b) (segments K) <-> (a <= 0 <= b /\ 1 <= b - a <= Z.of_nat K)%Z.
Proof.
  unfold segments. rewrite in_flat_map. split.
  - intros [m [Hm H]]. apply in_map_iff in H. destruct H as [i [E Hi]].
    apply in_seq in Hm, Hi. apply pair_equal_spec in E. lia.
  - intros H. exists (Z.to_nat (b - a)). rewrite in_seq. split; [lia|].
    apply in_map_iff. exists (Z.to_nat (- a)). rewrite in_seq.
    split; [f_equal|]; lia.
Qed.

Lemma NoDup_append (l l' : list (Z * Z)) :
  NoDup l -> NoDup l' -> (forall s, In s l -> ~ In s l') -> NoDup (l ++ l').
Proof.
  intros H H' E. induction H as [|s l Hs H IH]; simpl; auto. constructor.
  - rewrite in_app_iff. intros [Hl | Hl]; [auto | apply (E s); simpl; auto].
  - apply IH. intros t Ht. apply E. simpl. auto.
Qed.

(* No segment is listed twice. *)
Theorem segments_once K : NoDup (segments K).
Proof.
  unfold segments. induction K as [|K IH]; [constructor|].
  rewrite seq_S, flat_map_app. cbn [flat_map]. rewrite app_nil_r.
  apply NoDup_append; auto.
  - apply Injective_map_NoDup; [|apply seq_NoDup].
    intros i j E. apply pair_equal_spec in E. lia.
  - intros [a b] H1 H2. apply (segments_all K) in H1. apply in_map_iff in H2.
    destruct H2 as [i [E Hi]]. apply pair_equal_spec in E. lia.
Qed.

Lemma length_append (T : Type) (l : list T) g a n :
  List.length (l ++ map g (seq a n)) = (List.length l + n)%nat.
Proof.
  induction l as [|t l IH]; simpl; [|auto].
  revert a. induction n as [|n IH]; intros a; simpl; auto.
Qed.

(* Eq. (3): there are K(K+3)/2 segments. *)
Theorem segments_count K : (2 * List.length (segments K) = K * (K + 3))%nat.
Proof.
  unfold segments. induction K as [|K IH]; auto.
  rewrite seq_S, flat_map_app. cbn [flat_map]. rewrite app_nil_r, length_append. lia.
Qed.

(* Sharp: and not K(K+2)/2. *)
Theorem segments_count_sharp K : (1 <= K)%nat ->
  (2 * List.length (segments K) <> K * (K + 2))%nat.
Proof. rewrite segments_count. nia. Qed.

(* The value at x of the segment between x + a and x + b, by linear interpolation. *)
Definition value (y : signal) (x : Z) (ab : Z * Z) : R :=
  let (a, b) := ab in (IZR b * y (x + a)%Z - IZR a * y (x + b)%Z) / IZR (b - a).

Definition average (l : list R) : R := fold_right Rplus 0 l / INR (List.length l).

Lemma fold_app l l' :
  fold_right Rplus 0 (l ++ l') = fold_right Rplus 0 l + fold_right Rplus 0 l'.
Proof. induction l as [|r l IH]; simpl; [|rewrite IH]; lra. Qed.

Lemma total_seq n (g : nat -> R) : fold_right Rplus 0 (map g (seq 0 n)) = sum n g.
Proof.
  induction n as [|n IH]; auto.
  rewrite seq_S, map_app, fold_app, IH. simpl. ring.
Qed.

(* Fig. 2: the m + 1 segments of length m count y_x twice, at their ends, and A_m. *)
Lemma total_of_length m y x :
  sum (S (S m)) (fun i => value y x (- Z.of_nat i, Z.of_nat (S m) - Z.of_nat i)%Z)
  = 2 * y x + A (S m) y x.
Proof.
  assert (0 < INR (S m)) by (apply lt_0_INR; lia).
  rewrite sum_first. cbn [sum]. unfold A. rewrite Nat.sub_succ, Nat.sub_0_r, <- sum_scal.
  rewrite (sum_ext m (fun i => value _ _ _) (fun i => / INR (S m) *
    ((INR (S m) - INR (S i)) * y (x - Z.of_nat (S i))%Z
     + INR (S i) * y (x + Z.of_nat (S m) - Z.of_nat (S i))%Z))).
  - assert (E : forall a b, (b - a)%Z = Z.of_nat (S m) -> (a = 0 \/ b = 0)%Z ->
      value y x (a, b) = y x).
    { intros a b Hab H0. unfold value. rewrite Hab, <- INR_IZR_INZ.
      destruct H0; subst.
      - replace b with (Z.of_nat (S m)) by lia. rewrite <- INR_IZR_INZ, Z.add_0_r. field. lra.
      - replace a with (- Z.of_nat (S m))%Z by lia.
        rewrite opp_IZR, <- INR_IZR_INZ, Z.add_0_r. field. lra. }
    rewrite !E by lia. ring.
  - intros i Hi. unfold value.
    replace (Z.of_nat (S m) - Z.of_nat (S i) - - Z.of_nat (S i))%Z with (Z.of_nat (S m)) by lia.
    rewrite opp_IZR, minus_IZR, <- !INR_IZR_INZ, Z.add_sub_assoc, Z.add_opp_r. field. lra.
Qed.

(* Eq. (3): f_K(x) is the mean of the values at x of the segments over x. *)
Theorem f_is_mean_over_segments K y x : (1 <= K)%nat ->
  f K y x = average (map (value y x) (segments K)).
Proof.
  intros HK. unfold average.
  assert (EL : forall l, List.length (map (value y x) l) = List.length l)
    by (induction l; simpl; auto).
  rewrite EL.
  replace (INR (List.length (segments K))) with (INR K * (INR K + 3) / 2).
  - assert (E : fold_right Rplus 0 (map (value y x) (segments K)) = 2 * INR K * y x + S_ K y x).
    { rewrite S_is_sum_of_A. clear HK. unfold segments. induction K as [|K IH]; [simpl; ring|].
      rewrite seq_S, flat_map_app, map_app, fold_app, IH. cbn [flat_map].
      rewrite app_nil_r, map_map, (total_seq (S (S K))), total_of_length, S_INR.
      cbn [sum]. ring. }
    rewrite E. unfold f, Rdiv. ring.
  - pose proof (f_equal INR (segments_count K)) as E.
    rewrite !mult_INR, plus_INR in E. simpl INR in E. lra.
Qed.

(* Sharp: not of the segments between inputs at most K + 1 apart. *)
Theorem f_is_mean_over_segments_sharp :
  exists K y x, (1 <= K)%nat /\ f K y x <> average (map (value y x) (segments (K + 1))).
Proof.
  exists 1%nat, (fun k => if Z.eqb k 0 then 1 else 0), 0%Z. split; auto.
  rewrite <- f_is_mean_over_segments by lia. unfold f, A. simpl. unfold A. simpl. lra.
Qed.

(* Theorem IV.2 writes f_K as a weighted sum of outputs: f_K(x) = sum_k tap(k) y_{x+k} over the lags
   |k| < K, in every reading that is a mixture. *)
Theorem taps M K y x : mix M K y x = lags K (fun k => tap M K k * y (x + k)%Z).
Proof.
  rewrite (lags_ext K _ (fun k => / norm M K *
    ((if Z.eqb k 0 then constant M K else 0) * y (x + k)%Z
    + sum K (fun i => weight M (S i) * (D (S i) k * y (x + k)%Z))))).
  - rewrite lags_scal, lags_plus, lags_0, lags_sum, Z.add_0_r. unfold mix, Rdiv.
    rewrite Rmult_comm. do 2 f_equal. apply sum_ext. intros i Hi.
    rewrite F_lags, lags_scal by lia. f_equal. symmetry. apply lags_extend; [lia|].
    intros k Hk. rewrite D_far by lia. ring.
  - intros k _. unfold tap, Rdiv.
    rewrite (sum_ext K (fun i => _ * (_ * _)) (fun i => y (x + k)%Z * (weight M (S i) * D (S i) k)))
      by (intros; ring).
    rewrite sum_scal. ring.
Qed.

(* The taps add up to 1. *)
Theorem taps_sum M K : reading M -> (1 <= K)%nat -> lags K (tap M K) = 1.
Proof.
  intros HM HK. rewrite (lags_ext K _ (fun k => tap M K k * 1)) by (intros; ring).
  rewrite <- (taps M K (fun _ => 1) 0). unfold mix.
  rewrite (sum_ext K _ (fun i => weight M (S i) * INR (S i)))
    by (intros; rewrite F_one by lia; reflexivity).
  assert (E : forall c, sum K (fun i => c * INR (S i)) = c * (INR K * (INR K + 1) / 2)).
  { intros c. clear HK. induction K as [|K IH]; [simpl; field|].
    cbn [sum]. rewrite IH, S_INR. field. }
  destruct (reading_pos M K) as (_ & _ & Hn); auto.
  destruct HM as [-> | [-> | [-> | ->]]]; simpl constant in *; simpl weight in *; simpl norm in *.
  - rewrite E. field. nra.
  - rewrite E. field. nra.
  - rewrite E. field. nra.
  - rewrite (sum_ext K _ (fun _ => 1)) by (intros; apply Rinv_l, not_0_INR; lia).
    rewrite sum_const. field. lra.
Qed.

(* No tap is negative. *)
Theorem taps_nonneg M K k : reading M -> (1 <= K)%nat -> 0 <= tap M K k.
Proof.
  intros HM HK. destruct (reading_pos M K) as (Hc & _ & Hn); auto.
  apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; lra].
  apply Rplus_le_le_0_compat; [destruct Z.eqb; lra|].
  apply sum_nonneg. intros i _. destruct (reading_pos M (S i)) as (_ & Hw & _); auto; [lia|].
  apply Rmult_le_pos; [lra|apply D_nonneg].
Qed.

(* The taps at lags |k| >= K vanish. *)
Theorem taps_far M K k : (1 <= K)%nat -> (Z.of_nat K <= Z.abs k)%Z -> tap M K k = 0.
Proof.
  intros HK Hk. unfold tap. rewrite (proj2 (Z.eqb_neq _ _)) by lia.
  rewrite (sum_ext K _ (fun _ => 0)) by (intros; rewrite D_far by lia; ring).
  rewrite sum_const. unfold Rdiv. ring.
Qed.

(* Sharp: and those at |k| = K - 1 do not. *)
Theorem taps_far_sharp M K : reading M -> (2 <= K)%nat -> 0 < tap M K (Z.of_nat (K - 1)).
Proof.
  intros HM HK. destruct (reading_pos M K) as (Hc & Hw & Hn); auto; [lia|].
  apply Rmult_lt_0_compat; [|apply Rinv_0_lt_compat; lra].
  rewrite (proj2 (Z.eqb_neq _ _)) by lia. destruct K as [|K]; [lia|]. cbn [sum].
  rewrite (sum_ext K _ (fun _ => 0)) by (intros; rewrite D_far by lia; ring).
  replace (S K - 1)%nat with K by lia. rewrite sum_const, D_near, S_INR by lia.
  assert (0 < INR K) by (apply lt_0_INR; lia).
  replace (1 - INR K / (INR K + 1)) with (/ (INR K + 1)) by (field; lra).
  assert (0 < / (INR K + 1)) by (apply Rinv_0_lt_compat; lra). nra.
Qed.

(* The tap of Eq. (3) at lag 0 is 4/(K+3). *)
Theorem tap_counting_0 K : (1 <= K)%nat -> tap counting K 0 = 4 / (INR K + 3).
Proof.
  intros HK. assert (0 < INR K) by (apply lt_0_INR; lia).
  unfold tap. simpl. rewrite (sum_ext K _ (fun _ => 1)) by (intros; rewrite D_0; ring).
  rewrite sum_const. field. lra.
Qed.
