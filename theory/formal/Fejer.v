(* The Fejér operators F_m, their taps D_m, and sums over lags. *)

From Coq Require Import Reals ZArith Lia Lra.
From LocalMixup Require Import Sums Lattice.
Open Scope R_scope.

(* Sums over lags. *)

Lemma lags_ext K g h :
  (forall k, (k = 0 \/ Z.abs k < Z.of_nat K)%Z -> g k = h k) -> lags K g = lags K h.
Proof.
  intros E. unfold lags. rewrite E by lia. f_equal.
  apply sum_ext. intros i Hi. rewrite !E by lia. reflexivity.
Qed.

Lemma lags_plus K g h : lags K (fun k => g k + h k) = lags K g + lags K h.
Proof.
  unfold lags. rewrite (sum_ext _ _ (fun i => (g (Z.of_nat (S i)) + g (- Z.of_nat (S i))%Z)
    + (h (Z.of_nat (S i)) + h (- Z.of_nat (S i))%Z))) by (intros; lra).
  rewrite sum_plus. lra.
Qed.

Lemma lags_scal K c g : lags K (fun k => c * g k) = c * lags K g.
Proof.
  unfold lags. rewrite Rmult_plus_distr_l, <- sum_scal. f_equal.
  apply sum_ext. intros; lra.
Qed.

Lemma lags_sum K n g : lags K (fun k => sum n (fun i => g i k)) = sum n (fun i => lags K (g i)).
Proof.
  induction n as [|n IH]; simpl; [unfold lags; rewrite sum_const; lra|].
  rewrite <- IH, <- lags_plus. reflexivity.
Qed.

(* At a lag 0 alone. *)
Lemma lags_0 K c g : lags K (fun k => (if Z.eqb k 0 then c else 0) * g k) = c * g 0%Z.
Proof.
  unfold lags. rewrite (sum_ext _ _ (fun _ => 0)).
  - rewrite sum_const. simpl. lra.
  - intros i _. rewrite !(proj2 (Z.eqb_neq _ _)) by lia. lra.
Qed.

(* At one lag alone. *)
Lemma lags_one K k g : (k = 0 \/ Z.abs k < Z.of_nat K)%Z ->
  lags K (fun j => if Z.eqb j k then g j else 0) = g k.
Proof.
  intros Hk. unfold lags. destruct (Z.eqb_spec 0 k) as [<-|H0].
  - rewrite (sum_ext _ _ (fun _ => 0)); [rewrite sum_const; ring|].
    intros i _. rewrite !(proj2 (Z.eqb_neq _ _)) by lia. ring.
  - rewrite (sum_ext _ _ (fun i => if Nat.eqb i (Z.abs_nat k - 1) then g k else 0)).
    + rewrite sum_single by lia. ring.
    + intros i _. destruct (Z.eqb_spec (Z.of_nat (S i)) k), (Z.eqb_spec (- Z.of_nat (S i)) k),
        (Nat.eqb_spec i (Z.abs_nat k - 1)); subst; try lia; ring.
Qed.

(* Lags at which a function vanishes may be added. *)
Lemma lags_extend m K g : (1 <= m <= K)%nat ->
  (forall k, (Z.of_nat m <= Z.abs k)%Z -> g k = 0) -> lags K g = lags m g.
Proof.
  intros Hm E. unfold lags. replace (K - 1)%nat with ((m - 1) + (K - m))%nat by lia.
  rewrite sum_split, (sum_ext (K - m) _ (fun _ => 0)).
  - rewrite sum_const. lra.
  - intros i _. rewrite !E by lia. lra.
Qed.

(* The taps D_m. *)

Lemma D_0 m : D m 0 = 1.
Proof. unfold D, Rdiv. simpl. rewrite Rmult_0_l, Rminus_0_r. apply Rmax_right. lra. Qed.

Lemma D_even m k : D m (- k) = D m k.
Proof. unfold D. rewrite Z.abs_opp. reflexivity. Qed.

Lemma D_nonneg m k : 0 <= D m k.
Proof. apply Rmax_l. Qed.

Lemma D_far m k : (1 <= m)%nat -> (Z.of_nat m <= Z.abs k)%Z -> D m k = 0.
Proof.
  intros Hm Hk. apply Rmax_left.
  assert (0 < INR m) by (apply lt_0_INR; lia).
  apply IZR_le in Hk. rewrite <- INR_IZR_INZ in Hk.
  apply (Rmult_le_compat_r (/ INR m)) in Hk; [|left; apply Rinv_0_lt_compat; lra].
  rewrite Rinv_r in Hk by lra. unfold Rdiv. lra.
Qed.

Lemma D_near m i : (i <= m)%nat -> (1 <= m)%nat -> D m (Z.of_nat i) = 1 - INR i / INR m.
Proof.
  intros Hi Hm. unfold D. rewrite Z.abs_eq, <- INR_IZR_INZ by lia. apply Rmax_right.
  assert (0 < INR m) by (apply lt_0_INR; lia). apply le_INR in Hi.
  apply (Rmult_le_compat_r (/ INR m)) in Hi; [|left; apply Rinv_0_lt_compat; lra].
  rewrite Rinv_r in Hi by lra. unfold Rdiv. lra.
Qed.

(* F_m y(x) = sum_k D_m(k) y(x+k). *)

Lemma double_sum m (g : Z -> R) :
  sum m (fun i => sum m (fun j => g (Z.of_nat i - Z.of_nat j)%Z))
  = INR m * g 0%Z
    + sum m (fun i => (INR m - INR (S i)) * (g (Z.of_nat (S i)) + g (- Z.of_nat (S i))%Z)).
Proof.
  induction m as [|m IH]; [simpl; lra|].
  set (h i := g (Z.of_nat (S i)) + g (- Z.of_nat (S i))%Z) in *.
  assert (E : sum (S m) (fun i => sum (S m) (fun j => g (Z.of_nat i - Z.of_nat j)%Z))
    = sum m (fun i => sum m (fun j => g (Z.of_nat i - Z.of_nat j)%Z)) + g 0%Z + sum m h).
  { simpl. rewrite sum_plus, Z.sub_diag.
    rewrite (sum_rev m (fun i => g (Z.of_nat i - Z.of_nat m)%Z)).
    rewrite (sum_rev m (fun j => g (Z.of_nat m - Z.of_nat j)%Z)).
    unfold h. rewrite sum_plus.
    rewrite (sum_ext m (fun i => g (Z.of_nat (m - 1 - i) - _)%Z) (fun i => g (- Z.of_nat (S i))%Z))
      by (intros; f_equal; lia).
    rewrite (sum_ext m (fun i => g (Z.of_nat m - _)%Z) (fun i => g (Z.of_nat (S i))))
      by (intros; f_equal; lia).
    ring. }
  rewrite E, IH, (S_INR m).
  rewrite (sum_ext (S m) _ (fun i => (INR m - INR (S i)) * h i + h i)) by (intros; unfold h; ring).
  rewrite sum_plus. cbn [sum]. rewrite (S_INR m). unfold h. ring.
Qed.

Lemma F_lags m y x : (1 <= m)%nat -> F m y x = lags m (fun k => D m k * y (x + k)%Z).
Proof.
  intros Hm. assert (0 < INR m) by (apply lt_0_INR; lia).
  unfold F. rewrite (sum_ext m _ (fun i => sum m (fun j => y (x + (Z.of_nat i - Z.of_nat j))%Z)))
    by (intros; apply sum_ext; intros; f_equal; lia).
  rewrite (double_sum m (fun k => y (x + k)%Z)).
  destruct m as [|m]; [lia|]. cbn [sum].
  unfold lags. rewrite D_0, (Nat.sub_succ m 0), Nat.sub_0_r, Rmult_plus_distr_l.
  rewrite Rmult_plus_distr_l, <- sum_scal.
  replace (INR (S m) - INR (S m)) with 0 by ring.
  rewrite (sum_ext m _ (fun i => D (S m) (Z.of_nat (S i)) * y (x + Z.of_nat (S i))%Z
    + D (S m) (- Z.of_nat (S i)) * y (x + - Z.of_nat (S i))%Z)).
  - field. lra.
  - intros i Hi. rewrite D_even, D_near by lia. field. lra.
Qed.

(* The scalar product of two Fejér kernels is m - (m^2 - 1)/(3M) for m <= M. *)

Definition G (m M : nat) : R := INR m - (INR m ^ 2 - 1) / (3 * INR M).

Lemma lags_D_D m M K : (1 <= m <= M)%nat -> (m <= K)%nat ->
  lags K (fun k => D m k * D M k) = G m M.
Proof.
  intros Hm HK. assert (0 < INR m) by (apply lt_0_INR; lia).
  assert (0 < INR M) by (apply lt_0_INR; lia).
  rewrite (lags_extend m K); [|lia|intros k Hk; rewrite D_far by lia; lra].
  unfold lags. rewrite !D_0.
  rewrite (sum_ext _ _ (fun i => 2 * ((1 - INR (S i) / INR m) * (1 - INR (S i) / INR M))))
    by (intros; rewrite !D_even, !D_near by lia; lra).
  assert (E : forall n, sum n (fun i =>
    2 * ((1 - INR (S i) / INR m) * (1 - INR (S i) / INR M))) =
    2 * INR n - INR n * (INR n + 1) * (/ INR m + / INR M)
    + INR n * (INR n + 1) * (2 * INR n + 1) / (3 * INR m * INR M)).
  { induction n as [|n IH]; [simpl; field; lra|].
    cbn [sum]. rewrite IH, S_INR. field. lra. }
  rewrite E, minus_INR by lia. unfold G. simpl INR. field. lra.
Qed.

(* F_m 1 = m. *)
Lemma F_one m x : (1 <= m)%nat -> F m (fun _ => 1) x = INR m.
Proof.
  intros Hm. assert (0 < INR m) by (apply lt_0_INR; lia).
  unfold F. rewrite (sum_ext m _ (fun _ => INR m * 1)) by (intros; apply sum_const).
  rewrite sum_const. field. lra.
Qed.

(* The readings: their weights are not negative and their norms positive. *)

Lemma reading_pos M K : reading M -> (1 <= K)%nat ->
  0 <= constant M K /\ 0 < weight M K /\ 0 < norm M K.
Proof.
  intros HM HK. apply le_INR in HK. simpl in HK.
  assert (0 < / INR K) by (apply Rinv_0_lt_compat; lra).
  destruct HM as [-> | [-> | [-> | ->]]]; simpl; repeat split; nra.
Qed.
