"""How good the planner is, and how quick: beside the greedy planner, CP-SAT and HiGHS on the whole problem.

Every trial runs in a process of its own with the same problem from the same file and the same time; `handdruk plan
bench` prints the table and draws the charts.
"""
