-- A declaration locks this table, which has no rows. An advisory lock would be open to every login; nobody but the owner
-- of a table can lock it against its owner.

create table lsctl.declaration_turn ();
