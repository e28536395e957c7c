"""`make bench`: the budgets of architecture §9, side by side with stock Rasa in the same run. Ratios count; machines differ."""
