export default {
  name: 'Qiantai',
  desk: 'Agents',
  h: ' h ', d: ' d ', min: ' min',
  today: 'Today', yesterday: 'Yesterday',
  loading: 'Loading…',
  again: 'Try again',
  cancel: 'Cancel',
  ok: 'OK',
  close: 'Close',
  back: 'Back',
  line: { waiting: 'Connection lost, reconnecting…', opening: 'Connecting…', back: 'Back again, everything is up to date', now: 'Reconnect now' },
}
