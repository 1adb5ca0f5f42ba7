-- A group that was written down under the chat to which another one had moved: both are one. What was bound to its id
-- in the meantime is of the one that is left.
CREATE TABLE group_chat_joined (
    id bigint NOT NULL CONSTRAINT pk_group_chat_joined PRIMARY KEY,
    group_id bigint NOT NULL
);

CREATE INDEX ix_group_chat_joined_group_id ON group_chat_joined (group_id);
