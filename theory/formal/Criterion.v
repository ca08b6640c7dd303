(* Definition II.1 and Eq. (2) in dimension 1, with the squared loss and lambda uniform on [0, 1].
   Definitions only.  The paper fixes no loss; W[i,j] = 1 for all pairs is Mixup. *)

From Coq Require Import Reals Arith Bool List.
From Coquelicot Require Import Coquelicot.
From LocalMixup Require Import Sums.
Import ListNotations.
Open Scope R_scope.

(* A virtual sample: lambda z_i + (1 - lambda) z_j, of the inputs z = x or the outputs z = y. *)
Definition virtual (z : nat -> R) (i j : nat) (lambda : R) : R :=
  lambda * z i + (1 - lambda) * z j.

Section Criterion.

(* n points with inputs x_0, ..., x_{n-1} and outputs y_0, ..., y_{n-1}, and the weights W[i,j]. *)
Variables (n : nat) (x y : nat -> R) (W : nat -> nat -> R).

(* The squared loss of f on a virtual sample. *)
Definition loss (f : R -> R) (i j : nat) (lambda : R) : R :=
  (virtual y i j lambda - f (virtual x i j lambda)) ^ 2.

(* Definition II.1 with the weights of Eq. (2):
   1/n^2 sum_{i,j} W[i,j] E_lambda (ytilde - f(xtilde))^2. *)
Definition criterion (f : R -> R) : R :=
  / INR n ^ 2 * sum n (fun i => sum n (fun j => W i j * RInt (loss f i j) 0 1)).

(* The functions over which the criterion is minimised: all those for which it is defined, that is,
   the loss over each segment of nonzero weight is Riemann integrable in lambda. *)
Definition admissible (f : R -> R) : Prop :=
  forall i j, (i < n)%nat -> (j < n)%nat -> W i j <> 0 -> ex_RInt (loss f i j) 0 1.

Definition minimises (f : R -> R) : Prop :=
  admissible f /\ forall g, admissible g -> criterion f <= criterion g.

(* "Ordered by increasing input", with distinct inputs. *)
Definition ordered : Prop := forall i j, (i < j < n)%nat -> x i < x j.

(* Section III: E(t), the set of all (i, j, lambda) with t = lambda x_i + (1 - lambda) x_j. *)
Definition in_E (t : R) (e : nat * nat * R) : Prop :=
  let '(i, j, lambda) := e in
  (i < n)%nat /\ (j < n)%nat /\ 0 <= lambda <= 1 /\ t = virtual x i j lambda.

(* Eq. (1): E(t) is finite and not empty, and
   v = 1/card(E(t)) sum_{(i, j, lambda) in E(t)} lambda y_i + (1 - lambda) y_j. *)
Definition total (l : list R) : R := fold_right Rplus 0 l.
Definition equation_1 (t v : R) : Prop :=
  exists E : list (nat * nat * R), NoDup E /\ (forall e, In e E <-> in_E t e) /\ E <> [] /\
    v = / INR (length E) * total (map (fun '(i, j, lambda) => virtual y i j lambda) E).

(* The exact minimiser, for Theorem III.2.  The value at t of the segment between points i and j. *)
Definition segment (i j : nat) (t : R) : R := y i + (t - x i) / (x j - x i) * (y j - y i).

(* Its weight there: the density of the virtual inputs of the pair. *)
Definition beta (i j : nat) : R := (W i j + W j i) / (x j - x i).

(* The sum over the pairs i <= k < j, whose segments cover the gap (x_k, x_{k+1}). *)
Definition covering (k i j : nat) : bool := (i <=? k) && (k <? j).
Definition sum_covering (k : nat) (g : nat -> nat -> R) : R :=
  sum n (fun i => sum n (fun j => if covering k i j then g i j else 0)).

(* Over a gap: the weight, and the weighted mean of the segments' values. *)
Definition gap_weight (k : nat) : R := sum_covering k beta.
Definition gap_mean (k : nat) (t : R) : R :=
  sum_covering k (fun i j => beta i j * segment i j t) / gap_weight k.

(* The minimiser f*: y_k at the input x_k and the mean on each gap.  Outside [x_0, x_{n-1}] the
   criterion does not depend on it; here it is 0. *)
Fixpoint f_star_below (m : nat) (t : R) : R :=
  match m with
  | O => 0
  | S k => if Req_EM_T t (x k) then y k
           else if Rlt_dec (x k) t then gap_mean k t else f_star_below k t
  end.
Definition f_star : R -> R := f_star_below n.

End Criterion.

(* Three points, for the counterexamples. *)
Definition three (a b c : R) (i : nat) : R := match i with O => a | 1%nat => b | _ => c end.
