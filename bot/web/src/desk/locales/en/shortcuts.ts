export default {
  next: 'Next conversation', previous: 'Previous conversation', nth: 'My conversation by number', column: 'Column to the left or right', mine: 'My conversations', queue: 'Queue', search: 'Search',
  claimNext: 'Claim the next ticket', claimThis: 'Claim the chosen ticket', write: 'Write an answer', scripts: 'Scripts', whisper: 'Write an internal note', transfer: 'Transfer', close: 'Close',
  panel: 'Show or hide the side panel', blank: 'To the next blank', newLine: 'New line', sheet: 'This sheet', escape: 'Close, leave the field',
}
