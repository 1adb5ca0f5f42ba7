-- Room on each page keeps the night's update of a running instalment on it, and its indexes untouched.
ALTER TABLE instalment SET (fillfactor = 85);

ALTER TABLE loan SET (fillfactor = 85);
