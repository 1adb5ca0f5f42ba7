-- Debits that found too little are counted since an instant, without reading what else happened to loans.
CREATE INDEX ix_loan_event_debit_short ON loan_event (at) WHERE kind = 'debit_short';
