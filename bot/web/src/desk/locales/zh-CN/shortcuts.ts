export default {
  next: '下一个会话', previous: '上一个会话', nth: '我的第几个会话', column: '左右换列', mine: '我的会话', queue: '队列', search: '搜索',
  claimNext: '领取下一个', claimThis: '领取选中的工单', write: '写回复', scripts: '话术', whisper: '写内部备注', transfer: '转交', close: '办结',
  panel: '显示或收起右侧栏', blank: '跳到下一个空', newLine: '换行', sheet: '这张表', escape: '关闭、离开输入框',
}
