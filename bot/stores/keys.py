"""Every Redis key: its name, type and lifetime. Nothing else writes a key name.

Keys of one conversation share the hash tag {id}. Scripts also touch the shop's own keys (queues, ready, waiting), so
the record needs one primary, not a cluster. A key without a lifetime here stays: the archive trims logs, but it drops no
conversation and no ticket (5 KB and more each).
"""

from __future__ import annotations

from dataclasses import dataclass

WORKERS = "workers"
"""Consumer group of the `ready` stream."""


@dataclass(frozen=True)
class Keys:
    """Key names below one prefix."""

    prefix: str

    # --- one conversation -------------------------------------------------------------------------------------
    def _of(self, conversation: str, name: str) -> str:
        return f"{self.prefix}:c:{{{conversation}}}:{name}"

    def conversation(self, conversation: str) -> str:
        """HASH v, owner, epoch, last_no, buyer_id, label, ticket_id, ready (entry id), answered, deliveries, noticed,
        asked_at (ms since which the customer waits for a word), last_visitor_no, last_agent, archived, trimmed, and
        kept_* (fates of messages that were trimmed)."""
        return self._of(conversation, "h")

    def log(self, conversation: str) -> str:
        """STREAM <no>-0 → e: event JSON; the archive trims it to the last 200 and what is not archived."""
        return self._of(conversation, "log")

    def mail(self, conversation: str) -> str:
        """LIST of "<no>:<accepted ms>", oldest first; only while the bot owns the conversation."""
        return self._of(conversation, "mail")

    def client_ids(self, conversation: str) -> str:
        """ZSET id → no, the newest 1000: a visitor's client_id, or "\\x1f<who>\\x1f<client_id>" of the people at the desk."""
        return self._of(conversation, "ids")

    def slots(self, conversation: str) -> str:
        """STRING JSON of the tracker's slots, kept beside the events so that trimming loses nothing."""
        return self._of(conversation, "slots")

    def tracker(self, conversation: str) -> str:
        """LIST of the tracker's last events, JSON each."""
        return self._of(conversation, "tracker")

    def tickets_of(self, conversation: str) -> str:
        """LIST of ticket ids, newest first."""
        return self._of(conversation, "tickets")

    def lookers(self, conversation: str) -> str:
        """ZSET agent → ms at which the conversation was last open on the agent's screen; lives a minute after the last."""
        return self._of(conversation, "look")

    def hook_mail(self, conversation: str) -> str:
        """LIST of event JSON that the shop's systems have not been told yet, oldest first."""
        return self._of(conversation, "hooks")

    def trackers(self) -> str:
        """ZSET sender → 0 of the trackers that plain `rasa run` wrote."""
        return f"{self.prefix}:trackers"

    # --- the desk ---------------------------------------------------------------------------------------------
    def ready(self) -> str:
        """STREAM of c: conversation id; an entry goes when its mailbox is empty."""
        return f"{self.prefix}:ready"

    def waiting(self) -> str:
        """ZSET conversation → ms at which the head of its mailbox was accepted."""
        return f"{self.prefix}:waiting"

    def dirty(self) -> str:
        """ZSET conversation → ms since which it has events that are not archived."""
        return f"{self.prefix}:dirty"

    def conversations(self) -> str:
        """ZSET conversation → ms of its last event: the index that ledger and archive walk."""
        return f"{self.prefix}:conversations"

    def counters(self) -> str:
        """HASH name → n, for /metrics; never reset."""
        return f"{self.prefix}:counters"

    def events_channel(self) -> str:
        """PUB/SUB {"c": conversation, "no": last number, "turn": message number or null, "o": owner now, "t": ticket that
        was opened or changed or null, "passed": [numbers]}."""
        return f"{self.prefix}:events"

    def signals_channel(self) -> str:
        """PUB/SUB {"k": kind, …}: what nobody needs to hear later, such as who types."""
        return f"{self.prefix}:signals"

    def dead_letters(self) -> str:
        """LIST of JSON, newest first, at most 1000."""
        return f"{self.prefix}:dead"

    # --- tickets ----------------------------------------------------------------------------------------------
    def ticket(self, ticket_id: str) -> str:
        """HASH body (JSON as opened) and what changes: state, group, agent, label, …; rev counts the changes; member and
        score are its place in a queue."""
        return f"{self.prefix}:t:{ticket_id}"

    def ticket_no(self, day: str) -> str:
        """STRING counter of one day's tickets; lives 3 days."""
        return f"{self.prefix}:ticket_no:{day}"

    def tickets(self) -> str:
        """ZSET ticket → ms opened."""
        return f"{self.prefix}:tickets"

    def tickets_of_buyer(self, buyer: str) -> str:
        """ZSET ticket → ms opened: the last ones of a buyer who was vouched for, in whichever conversation."""
        return f"{self.prefix}:b:{buyer}"

    def open_tickets(self) -> str:
        """ZSET ticket → ms opened, of those not done, abandoned or archived."""
        return f"{self.prefix}:open"

    def due(self) -> str:
        """ZSET ticket → seconds at which the watch looks at it again: a duty to warn of, to tell as breached, or overdue for
        another hour; until nothing is open."""
        return f"{self.prefix}:due"

    def reminders(self) -> str:
        """ZSET "promise|<promise>|<conversation>" or "proof|<ticket>|" → ms at which the watch must look at it."""
        return f"{self.prefix}:reminders"

    def asked_offers(self) -> str:
        """ZSET ticket → ms at which an offer of it was last asked of a supervisor; may name some that wait no more."""
        return f"{self.prefix}:asked_offers"

    def dirty_tickets(self) -> str:
        """ZSET ticket → ms since which it has changes that are not archived."""
        return f"{self.prefix}:dirty_tickets"

    def groups(self) -> str:
        """SET of the groups that ever had a queue."""
        return f"{self.prefix}:groups"

    def queue(self, group: str) -> str:
        """ZSET "<severity rank>:<arrival ms>:<ticket>" → earliest open due time in seconds: the order of the queue
        (architecture §5)."""
        return f"{self.prefix}:q:{group}"

    def held(self, agent: str) -> str:
        """ZSET ticket → ms since which it is in this agent's hands."""
        return f"{self.prefix}:held:{agent}"

    def holders(self) -> str:
        """SET of the agents who hold a ticket."""
        return f"{self.prefix}:holders"

    def unspoken(self) -> str:
        """ZSET ticket → ms since which it is in the hands of an agent who has not said anything since."""
        return f"{self.prefix}:unspoken"

    def given(self) -> str:
        """ZSET agent → ms at which a ticket last came into the agent's hands."""
        return f"{self.prefix}:given"

    def deed(self, deed: str) -> str:
        """STRING ticket that this deed moved; lives 10 minutes."""
        return f"{self.prefix}:deed:{deed}"

    # --- people and phase -------------------------------------------------------------------------------------
    def agents(self) -> str:
        """ZSET agent → ms of the last sign of life; members silent for a day are dropped."""
        return f"{self.prefix}:agents"

    def agent_states(self) -> str:
        """HASH agent → JSON name, role, groups, status, since, capacity; an agent who signs off is dropped."""
        return f"{self.prefix}:agent_states"

    def seen(self, agent: str) -> str:
        """HASH conversation → number up to which the agent has read it, the 500 read last; lives 30 days."""
        return f"{self.prefix}:seen:{agent}"

    def seen_order(self, agent: str) -> str:
        """ZSET conversation → ms of the reading; lives as long as `seen`."""
        return f"{self.prefix}:seen_order:{agent}"

    # --- sign-ins; every key ends by itself --------------------------------------------------------------------
    def session(self, digest: str) -> str:
        """HASH of one sign-in, by the SHA-256 of its token; lives as long as it may idle."""
        return f"{self.prefix}:session:{digest}"

    def sessions_of(self, agent: str) -> str:
        """ZSET digest → ms of an agent's sign-ins; lives as long as the longest may."""
        return f"{self.prefix}:sessions_of:{agent}"

    def link(self, digest: str) -> str:
        """STRING agent who may sign in once, by the SHA-256 of the link's token."""
        return f"{self.prefix}:link:{digest}"

    def failures(self, digest: str) -> str:
        """STRING counter of failed tries, by the SHA-256 of what was tried."""
        return f"{self.prefix}:failures:{digest}"

    # --- on its way to PostgreSQL --------------------------------------------------------------------------------
    def outbox(self) -> str:
        """STREAM of e: JSON kind, at, who, what, data; the archive takes rows out once PostgreSQL has them."""
        return f"{self.prefix}:outbox"

    def outbox_refused(self) -> str:
        """HASH id → JSON of the rows that PostgreSQL refuses; nobody drops them."""
        return f"{self.prefix}:outbox_refused"

    def outbox_id(self, row: str) -> str:
        """STRING mark of a row that was put in; lives a minute."""
        return f"{self.prefix}:outbox_id:{row}"

    def follow_ups(self) -> str:
        """ZSET ticket → ms at which its follow-up is due; until it is done."""
        return f"{self.prefix}:follow_ups"

    def hooks(self) -> str:
        """HASH to (the receiver's address, while there is one), ok_at, error, error_at."""
        return f"{self.prefix}:hooks"

    def hooks_due(self) -> str:
        """ZSET conversation → ms at which the head of its hook_mail is told, or tried again."""
        return f"{self.prefix}:hooks_due"

    def hook_tries(self) -> str:
        """HASH conversation → JSON tries, since, error of the head of its hook_mail; goes with that head."""
        return f"{self.prefix}:hook_tries"

    def hooks_dead(self) -> str:
        """HASH delivery → JSON of what was given up; stays until somebody sends it again."""
        return f"{self.prefix}:hooks_dead"

    def hooks_lock(self) -> str:
        """STRING token of the sender; lives 15 s, renewed."""
        return f"{self.prefix}:hooks_lock"

    # --- pictures ----------------------------------------------------------------------------------------------------
    def upload(self, name: str) -> str:
        """STRING conversation that the picture is of; lives an hour until a message names it."""
        return f"{self.prefix}:upload:{name}"

    def unsent_uploads(self) -> str:
        """ZSET picture → ms of its upload, of those that no message named yet; their files go after a day."""
        return f"{self.prefix}:unsent_uploads"

    # --- the shop -------------------------------------------------------------------------------------------------

    def phase(self) -> str:
        """HASH phase (one of the phases, or auto), by, at; absent until somebody chooses."""
        return f"{self.prefix}:phase"

    def announcements(self) -> str:
        """HASH announcement → JSON run, by, name, at, back_at, until, goods, of those that somebody switched on and nobody off."""
        return f"{self.prefix}:announcements"

    def announced(self, deed: str) -> str:
        """STRING announcement that this deed switched on; lives a day."""
        return f"{self.prefix}:announced:{deed}"

    def workers(self) -> str:
        """ZSET worker → seconds of its last sign of life; members silent for an hour are dropped."""
        return f"{self.prefix}:workers"

    def watch_lock(self) -> str:
        """STRING token of the active watch; lives 5 s, renewed."""
        return f"{self.prefix}:watch"

    # --- key lists of the scripts: the order is that of lua/prelude.lua ----------------------------------------
    def for_script(
        self,
        conversation: str,
        *,
        ticket_id: str = "",
        group: str = "",
        from_group: str = "",
        agent: str = "",
        from_agent: str = "",
        deed: str = "",
        buyer: str = "",
    ) -> list[str]:
        """KEYS of every script that reads or writes a conversation."""
        return [
            self.conversation(conversation), self.log(conversation), self.mail(conversation), self.client_ids(conversation),
            self.slots(conversation), self.tracker(conversation), self.tickets_of(conversation),
            self.ready(), self.waiting(), self.dirty(), self.conversations(), self.counters(), self.events_channel(),
            self.tickets(), self.open_tickets(), self.due(), self.dirty_tickets(), self.groups(),
            self.ticket(ticket_id), self.queue(group), self.queue(from_group),
            self.held(agent), self.held(from_agent), self.holders(), self.given(), self.deed(deed),
            self.unspoken(),
            self.hooks(), self.hook_mail(conversation), self.hooks_due(),
            self.tickets_of_buyer(buyer),
        ]  # fmt: skip
