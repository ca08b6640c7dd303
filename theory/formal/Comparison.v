(* What Binding.v needs.  That file is written by theory/formal/binding.py from the formulas of the
   Python package, and compares them with the definitions of Lattice.v and Equation3.v. *)

From Coq Require Import Reals ZArith List Lia Lra.
From LocalMixup Require Import Sums Lattice Fejer Equation3 Blocks.
Open Scope R_scope.

(* Two rational functions of K >= 1. *)
Ltac same := simpl; try match goal with
  | H : (1 <= ?k)%nat |- _ => assert (0 < INR k) by (apply lt_0_INR; lia) end; field; nra.

(* A number that is computed from the taps. *)
Ltac value := unfold V, lags, tap, D; rewrite ?INR_IZR_INZ; simpl;
  repeat match goal with |- context [Rmax 0 ?a] =>
    first [rewrite (Rmax_right 0 a) by lra | rewrite (Rmax_left 0 a) by lra] end; lra.

(* The signal that repeats the list l. *)
Definition cycle (l : list R) : signal :=
  fun x => nth (Z.to_nat (x mod Z.of_nat (List.length l))) l 0.

Lemma cycle_periodic l : periodic (List.length l) (cycle l).
Proof.
  intros x. unfold cycle. do 2 f_equal.
  rewrite <- (Z.mul_1_l (Z.of_nat (List.length l))) at 1. apply Z_mod_plus_full.
Qed.

Lemma periodic_mod n h x : periodic n h -> h x = h (x mod Z.of_nat n)%Z.
Proof.
  intros P. assert (E : forall k z, h (z + k * Z.of_nat n)%Z = h z).
  { intros k. induction k as [|k IH|k IH] using Z.peano_ind; intros z; [f_equal; lia| |].
    - rewrite <- (IH z), <- (P (z + k * Z.of_nat n)%Z). f_equal. lia.
    - rewrite <- (IH z), <- (P (z + Z.pred k * Z.of_nat n)%Z). f_equal. lia. }
  rewrite (Z_div_mod_eq_full x (Z.of_nat n)) at 1.
  rewrite Z.add_comm, Z.mul_comm. apply E.
Qed.

(* The equation of `continuous` holds everywhere if it holds over one period. *)
Lemma continuous_cycle K l r (y := cycle l) (g := cycle r) (n := List.length l) : (1 <= n)%nat ->
  List.length r = n -> (forall i, (i < n)%nat -> let x := Z.of_nat i in
    g x + 2 * INR K * B g x = y x + 2 * INR K * B (mix density K y) x) ->
  continuous K y g.
Proof.
  intros Hn Hr E x. assert (Py : periodic n y) by apply cycle_periodic.
  assert (Pg : periodic n g) by (rewrite <- Hr; apply cycle_periodic). pose proof (filter_periodic n B g filter_B Pg) as PB.
  pose proof (filter_periodic n _ y (filter_comp _ _ filter_B (filter_mix density K)) Py) as PL.
  cbv beta in PL. rewrite (periodic_mod n _ x Pg), (periodic_mod n _ x PB), (periodic_mod n _ x Py),
    (periodic_mod n _ x PL).
  pose proof (Z.mod_pos_bound x (Z.of_nat n) ltac:(lia)).
  specialize (E (Z.to_nat (x mod Z.of_nat n)) ltac:(lia)). rewrite Z2Nat.id in E by lia. exact E.
Qed.

Ltac period := apply continuous_cycle; [simpl; lia | reflexivity | intros i Hi; simpl in Hi;
  repeat first [exfalso; lia | destruct i as [|i]; [unfold B, mix, F, cycle; simpl; lra|]]].

(* The sum in the closed form of `density`, split in two. *)
Lemma density_sum K :
  sum K (fun i => let m := S i in 2 * H m / INR m ^ 2 - / INR m ^ 3)
  = 2 * sum K (fun i => H i / INR (S i) ^ 2) + sum K (fun i => / INR (S i) ^ 3).
Proof.
  rewrite <- sum_scal, <- sum_plus. apply sum_ext. intros i _. cbv zeta.
  change (H (S i)) with (H i + / INR (S i)). field.
  apply not_0_INR. lia.
Qed.
