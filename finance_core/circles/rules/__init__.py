"""Pure rules of circles: what a round costs and pays, who is drawn, how a cycle is shared out."""
