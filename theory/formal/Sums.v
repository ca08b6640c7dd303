(* Finite sums of real numbers: sum n f = f 0 + f 1 + ... + f (n-1). *)

From Coq Require Import Reals Lia Lra.
Open Scope R_scope.

Fixpoint sum (n : nat) (f : nat -> R) : R :=
  match n with
  | O => 0
  | S m => sum m f + f m
  end.

Lemma sum_ext n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof.
  induction n as [|n IH]; intros E; simpl; auto.
  rewrite IH, E; auto.
Qed.

Lemma sum_plus n f g : sum n (fun i => f i + g i) = sum n f + sum n g.
Proof. induction n as [|n IH]; simpl; try rewrite IH; lra. Qed.

Lemma sum_scal n c f : sum n (fun i => c * f i) = c * sum n f.
Proof. induction n as [|n IH]; simpl; try rewrite IH; lra. Qed.

Lemma sum_const n c : sum n (fun _ => c) = INR n * c.
Proof. induction n as [|n IH]; [simpl; lra | rewrite S_INR; simpl; rewrite IH; lra]. Qed.

Lemma sum_le n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f <= sum n g.
Proof.
  induction n as [|n IH]; intros E; simpl; [lra|].
  assert (f n <= g n) by auto. assert (sum n f <= sum n g) by auto. lra.
Qed.

Lemma sum_nonneg n f : (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= sum n f.
Proof.
  intros E. replace 0 with (sum n (fun _ => 0)) by (rewrite sum_const; lra).
  apply sum_le; auto.
Qed.

Lemma sum_split a b f : sum (a + b) f = sum a f + sum b (fun i => f (a + i)%nat).
Proof.
  induction b as [|b IH]; [rewrite Nat.add_0_r; simpl; lra|].
  rewrite Nat.add_succ_r; simpl. rewrite IH. lra.
Qed.

Lemma sum_first n f : sum (S n) f = f O + sum n (fun i => f (S i)).
Proof. rewrite (sum_split 1 n). simpl. lra. Qed.

Lemma sum_rev n f : sum n f = sum n (fun i => f (n - 1 - i)%nat).
Proof.
  induction n as [|n IH]; auto.
  rewrite (sum_first n (fun i => f (S n - 1 - i)%nat)). simpl sum at 1.
  rewrite IH, Rplus_comm. f_equal; [f_equal; lia|].
  apply sum_ext; intros i Hi. f_equal. lia.
Qed.

Lemma sum_swap n m f :
  sum n (fun i => sum m (fun j => f i j)) = sum m (fun j => sum n (fun i => f i j)).
Proof.
  induction n as [|n IH]; simpl.
  - rewrite sum_const. lra.
  - rewrite IH, <- sum_plus. reflexivity.
Qed.

Lemma sum_zero n f : (forall i, (i < n)%nat -> f i = 0) -> sum n f = 0.
Proof. intros E. rewrite (sum_ext n f (fun _ => 0)) by auto. rewrite sum_const. lra. Qed.

Lemma sum_eq_0 n f : (forall i, (i < n)%nat -> 0 <= f i) -> sum n f = 0 ->
  forall i, (i < n)%nat -> f i = 0.
Proof.
  induction n as [|n IH]; intros P E i Hi; [lia|]. simpl in E.
  assert (0 <= sum n f) by (apply sum_nonneg; auto). assert (0 <= f n) by auto.
  destruct (Nat.eq_dec i n) as [->|]; [lra|]. apply IH; auto; try lia. lra.
Qed.

Lemma sum_single n j c : (j < n)%nat -> sum n (fun k => if Nat.eqb k j then c else 0) = c.
Proof.
  induction n as [|n IH]; intros Hj; [lia|]. cbn [sum].
  destruct (Nat.eq_dec j n) as [->|].
  - rewrite Nat.eqb_refl, sum_zero; [ring|].
    intros k Hk. destruct (Nat.eqb_spec k n); [lia | auto].
  - rewrite IH by lia. destruct (Nat.eqb_spec n j); [lia | ring].
Qed.

(* Positive natural numbers as real numbers. *)

Lemma INR_pos m : (1 <= m)%nat -> 0 < INR m.
Proof. intros Hm. apply lt_0_INR. lia. Qed.

Lemma INR_ge_1 m : (1 <= m)%nat -> 1 <= INR m.
Proof. intros Hm. apply (le_INR 1). lia. Qed.
