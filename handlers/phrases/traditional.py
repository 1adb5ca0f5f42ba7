"""Traditional characters and their simplified forms: those that talk about money, and those of everyday phrases.

A table of one character each is enough to meet the lexicon, and keeps the length of the text (see `normalise`).
A name is never shown folded, so a character that is missing here costs nothing but a word that is not understood.
"""

from __future__ import annotations

from typing import Final

_PAIRS: Final = """
還还 錢钱 貸贷 轉转 帳账 賬账 餘余 額额 給给 歷历 曆历 紀纪 錄录 語语 設设 關关 閉闭 開开 啟启 幫帮 說说 話话
講讲 請请 謝谢 對对 單单 據据 電电 幣币 圓圆 萬万 億亿 貳贰 參叁 陸陆 兩两 個个 為为 買买 賣卖 賺赚 費费 資资
產产 財财 貨货 貴贵 貼贴 購购 贖赎 銀银 鎖锁 鑰钥 門门 間间 問问 聞闻 聯联 絡络 係是 邊边 嗰那 嘢事 繫系 級级
約约 結结 統统 續续 總总 繳缴 紅红 線线 經经 網网 罰罚 務务 動动 勞劳 勢势 區区 協协 參参 雙双 發发 髮发 變变
號号 員员 圖图 國国 團团 場场 塊块 報报 壓压 夠够 夾夹 學学 寫写 實实 寶宝 專专 將将 導导 屬属 層层 幾几 庫库
應应 張张 強强 彈弹 後后 從从 復复 愛爱 懶懒 態态 慣惯 戶户 戲戏 掛挂 換换 損损 擇择 擔担 擬拟 擴扩 攤摊 數数
斷断 於于 時时 書书 會会 東东 條条 來来 極极 樣样 標标 機机 檔档 檢检 櫃柜 權权 歡欢 歲岁 歸归 殘残 氣气 決决
沒没 淨净 減减 準准 溫温 滿满 潤润 無无 煩烦 熱热 爾尔 獎奖 獲获 現现 環环 當当 畫画 異异 盡尽 監监 盤盘 碼码
確确 禮礼 種种 稅税 穩稳 筆笔 節节 範范 簡简 簽签 糧粮 緊紧 終终 組组 絕绝 練练 緩缓 義义 習习 聽听 職职 腦脑
臺台 舊旧 處处 術术 裡里 裏里 製制 複复 見见 規规 視视 覺觉 觀观 觸触 計计 訊讯 託托 記记 訂订 訪访 許许 訴诉
診诊 詐诈 評评 詞词 試试 詢询 該该 認认 誤误 課课 調调 談谈 論论 諮咨 證证 識识 譯译 議议 護护 讀读 讓让 豐丰
負负 責责 貝贝 賀贺 質质 賴赖 贈赠 贏赢 趕赶 跡迹 車车 軟软 較较 載载 輕轻 輪轮 輸输 辦办 農农 運运 過过 達达
違违 遠远 適适 選选 遲迟 遺遗 郵邮 鄉乡 醫医 釋释 釘钉 針针 鈔钞 鐘钟 鍾钟 鐵铁 長长 閱阅 隊队 階阶 際际 險险
隨随 離离 難难 雲云 項项 順顺 須须 預预 頭头 題题 類类 願愿 顯显 風风 飛飞 飯饭 飲饮 館馆 馬马 驗验 體体 魚鱼
點点 齊齐 龍龙 剛刚 創创 劃划 劇剧 勝胜 勵励 匯汇 彙汇 卻却 廳厅 嗎吗 嘗尝 圍围 壞坏 聲声 媽妈 孫孙 寧宁 審审
師师 帶带 廠厂 廣广 懷怀 戰战 撥拨 擊击 攔拦 敗败 敵敌 曉晓 樂乐 樓楼 歐欧 潔洁 災灾 煙烟 爺爷 狀状 獨独 瑪玛
療疗 皺皱 盜盗 眾众 碩硕 積积 窮穷 競竞 紙纸 細细 編编 縮缩 績绩 羅罗 聖圣 脫脱 腳脚 膠胶 藝艺 藥药 蘋苹 蘭兰
虧亏 蟲虫 補补 詳详 誰谁 諾诺 謀谋 豬猪 貧贫 賭赌 賓宾 賤贱 贊赞 趙赵 轎轿 辭辞 週周 進进 遊游 鄧邓 錯错 鋪铺
鏈链 鎮镇 閒闲 陳陈 陽阳 隱隐 雜杂 雞鸡 靜静 韓韩 頁页 頓顿 領领 頻频 顧顾 飽饱 養养 騎骑 騙骗 麗丽 黃黄 麼么
儲储 優优 償偿 傳传 債债 傷伤 價价 儀仪 們们 偉伟 側侧 兒儿 內内 冊册 凍冻 則则 劉刘 勁劲 嘅的 咗了 唔不 冇没
佢他 畀给 俾给 乜什 哋们 攞拿 睇看 噉那 啲些 喺在 嚟来 諗想
"""

SIMPLIFIED: Final[dict[str, str]] = {pair[0]: pair[1] for pair in _PAIRS.split()}
"""Traditional (and the commonest written Cantonese) characters to what the lexicon speaks."""
