"""The operations of the interface, as the tests know them; a test holds the list to the document."""

from typing import Final

READING: Final = (
    "list_providers",
    "list_organisations",
    "get_organisation",
    "list_debates",
    "get_debate",
    "get_period_history",
    "get_statistics",
    "get_journal",
    "list_contributions",
    "get_thread",
    "list_arguments",
    "list_sources",
    "find_posts",
    "get_post",
    "list_revisions",
    *("list_statements", "get_statements_file", "get_moderation_statistics"),
    *("list_response_versions", "list_outcome_versions"),
    *("get_debate_feed", "get_thread_feed", "get_organisation_feed", "get_period_calendar"),
)
"""Public documents."""
FILES: Final = ("get_logo",)
"""Public files that are no documents."""

HEALTH: Final = ("get_health", "get_readiness")
NOTICES: Final = ("get_privacy",)
"""Public documents of the instance, which are in no database."""
OWN: Final = (
    *("list_my_reports", "get_my_debate", "get_me", "list_my_posts", "list_my_votes", "list_my_sessions"),
    *("get_my_archive", "get_ordered_archive", "list_my_identities"),
    *("list_my_notifications", "list_my_follows", "list_my_held_posts"),
)
OPEN_FORMS: Final = ("get_challenge",)
FORMS_BEHIND_LINKS: Final = ("get_unsubscription",)
BEHIND_LINKS: Final = ("lodge_appeal_by_link", "unsubscribe_by_link")
"""What links in messages lead to."""
FOLLOWING: Final = (
    *("follow_debate", "follow_theme", "follow_contribution"),
    *("unfollow_debate", "unfollow_theme", "unfollow_contribution"),
)
SIGNING_IN: Final = ("request_code", "sign_in", "sign_out", "sign_out_everywhere")
AT_PROVIDERS: Final = ("start_sign_in", "finish_sign_in")
"""Where a browser is sent on."""
IDENTITIES: Final = ("link_identity", "unlink_identity")
TAKING_PART: Final = (
    "post_contribution",
    "post_argument",
    "post_source",
    "edit_post",
    "withdraw_post",
    "cast_vote",
    "take_back_vote",
)
RUNNING: Final = (
    "create_debate",
    "change_debate",
    "publish_debate",
    "extend_period",
    "close_debate",
    "reopen_debate",
    *("publish_response", "publish_outcome"),
)
STAFF_READING: Final = (
    *("list_drafts", "get_draft", "list_members", "list_invitations"),
    *("list_keys", "list_key_uses", "list_embed_origins", "list_participation_codes"),
    *("list_identity_providers", "list_dead_letters"),
    *("list_webhooks", "list_webhook_deliveries"),
)
MODERATION_READING: Final = ("list_cases", "get_case")
DECIDING: Final = ("claim_case", "decide_case", "decide_appeal")
APPEALS: Final = ("lodge_appeal", "lodge_participant_appeal")
MODERATION: Final = ("report_post", "send_notice", *DECIDING, *APPEALS)
HELD: Final = ("withdraw_held_post", "withdraw_participant_held_post", "publish_held_post")
"""Operations on what waits for its publication."""
LISTENING: Final = ("listen_to_debate",)
"""Answers that go on; the good call of each asks for one that ends."""
INVITING: Final = ("invite_member", "name_first_administrator")
MEMBERS: Final = (
    *("add_member", "remove_member", "leave_organisation"),
    *(*INVITING, "revoke_invitation", "accept_invitation"),
)
CODES: Final = (
    "list_participation_codes",
    "make_participation_codes",
    "revoke_participation_codes",
    "redeem_participation_code",
)
"""Operations on the codes of a debate that asks for them."""
LOGOS: Final = ("set_logo", "remove_logo")
ORGANISATIONS: Final = ("create_organisation", "change_organisation", *LOGOS)
PROVIDERS: Final = ("add_identity_provider", "remove_identity_provider")
KEYS: Final = ("create_key", "rotate_key", "revoke_key")
USERS: Final = ("get_participant", "list_participant_held_posts", "list_participant_notifications")
"""What a server reads of the user whom it names."""
MARKING: Final = ("mark_notifications_read", "mark_participant_notifications_read")
ERASING: Final = ("erase_me",)
WEBHOOKS: Final = (
    *("add_webhook", "rotate_webhook", "remove_webhook"),
    *("ping_webhook", "redeliver_webhook"),
)
WORK: Final = ("list_dead_letters", "replay_dead_letter")
ORIGINS: Final = ("add_embed_origin", "remove_embed_origin")
SESSIONS: Final = ("end_session", "end_other_sessions")
WRITING: Final = (
    *("change_me", *ERASING, *SIGNING_IN, *SESSIONS, *IDENTITIES, *TAKING_PART, *RUNNING, *CODES[1:]),
    *(*MEMBERS, *ORGANISATIONS, *PROVIDERS, *KEYS, *ORIGINS, "name_participant"),
    *("replay_dead_letter", *WEBHOOKS, *MODERATION, *HELD),
    *(*FOLLOWING, *MARKING, *BEHIND_LINKS),
)

OPERATIONS: Final = (
    *(*READING, *FILES, *HEALTH, *NOTICES, *OWN, *OPEN_FORMS, *STAFF_READING, *MODERATION_READING),
    *(*LISTENING, *USERS, *AT_PROVIDERS, *FORMS_BEHIND_LINKS, *WRITING),
)
"""Every operation."""

WITHOUT_DEBATE: Final = (
    *("list_organisations", "get_organisation", "list_debates", "get_me", "list_my_posts"),
    *("get_organisation_feed", "get_moderation_statistics", "list_my_reports"),
    *(*FILES, "list_drafts", "create_debate", "change_me", "list_members", "list_invitations"),
    *("list_my_sessions", "list_embed_origins", *SESSIONS, *ORIGINS),
    *(*HEALTH, *OPEN_FORMS, *SIGNING_IN, *MEMBERS, *ORGANISATIONS, *KEYS),
    *(*MODERATION_READING, *DECIDING, *APPEALS),
    *("list_keys", "list_key_uses", *USERS, "name_participant"),
    *("list_my_votes", "get_my_archive", "get_ordered_archive", *NOTICES, *ERASING),
    *("list_providers", "list_my_identities", "list_identity_providers"),
    *(*AT_PROVIDERS, *IDENTITIES, *PROVIDERS, *WORK),
    *("list_webhooks", "list_webhook_deliveries", *WEBHOOKS),
    *("list_my_notifications", "list_my_follows", *MARKING),
    *("list_my_held_posts", *HELD),
    *(*FORMS_BEHIND_LINKS, *BEHIND_LINKS),
)
"""Operations that are about no debate in particular."""
