/**
 * What walls say in a language, as patterns. Beginnings of words where they decline; what a language has no set phrase for is left out.
 * `request`, `verb` and `cause` are joined with room between them, so they repeat nothing themselves.
 */
export interface WordsOfWalls {
  /** The letters that only languages like this one use, as a class; one search for them rules the language out. Latin has none. */
  readonly script?: string
  /** More letters that its words begin with, which other languages use too. */
  readonly initials?: string
  /** What is refused: a request, access, an address. */
  readonly subject: string
  /** The same, and the visitor's own or this very one. */
  readonly request: string
  /** That it is refused. */
  readonly verb: string
  /** Why a firewall refuses. */
  readonly cause: string
  /** Whose: the visitor's. */
  readonly yours: string
  /** "Your address", where it is not `yours` beside "IP". */
  readonly address?: string
  /** Title of a refusal. */
  readonly denied: string
  /** "Too many requests". */
  readonly tooMany?: string
  /** "Too many attempts". */
  readonly attempts?: string
  /** That a limit was exceeded, or that one goes too fast. */
  readonly exceeded?: string
  /** "Try again", "wait". */
  readonly again?: string
  /** "In a short time". */
  readonly soon?: string
  /** "Confirm", "prove". */
  readonly prove?: string
  /** "… that you are human", "… that you are no robot". */
  readonly human?: string
  /** "I am not a robot", "are you human?": what stands beside the button of a gate. */
  readonly label?: string
  /** "Checking your browser". */
  readonly checking?: string
  /** "One moment", "you are taken on automatically". */
  readonly moment?: string
  /** "Unusual traffic", "unusual activity". */
  readonly unusual?: string
  /** "From your network". */
  readonly network?: string
  /** "We have detected". */
  readonly detected?: string
  /** Other sentences that only a wall says, such as those that take the visitor for a program. */
  readonly sentence?: string
  /** "To continue". */
  readonly forward?: string
  /** Sentences that one must log in to see what was asked for. */
  readonly login?: string
  /** "Switch it off", of a VPN or a proxy. */
  readonly off?: string
  /** Title of a gate. */
  readonly gateTitle?: string
  /** "Your support ID is", which F5 prints in every language. */
  readonly support?: string
  /** Any word of a gate, for pages that are known to hold a captcha or to be refused. */
  readonly gate?: string
}

export const wordsElsewhere: Readonly<Record<string, WordsOfWalls>> = {
  arabic: {
    script: '\\u0600-\\u06ff',
    subject: 'طلب|وصول|عنوان',
    request: 'طلبك|وصولك|الطلب|عنوان ip|اتصالك',
    verb: 'حظر|رفض|حجب|منع|تقييد',
    cause: 'أمن|أمان|مشبوه|ضار|جدار|هجوم|خبيث|خطر',
    yours: 'الخاص بك|لديك',
    denied: '(?:تم )?(?:حظر|رفض) (?:الوصول|الطلب)|الوصول (?:مرفوض|محظور)|محظور',
    tooMany: '(?:عدد كبير|الكثير) (?:جدا |جدًا )?من الطلبات|طلبات كثيرة',
    attempts: '(?:عدد كبير|الكثير) (?:جدا |جدًا )?من المحاولات|محاولات (?:كثيرة|متعددة|دخول كثيرة)(?: جد[اًا]{1,2})?',
    exceeded: 'تجاوز\\S{0,3}[^.]{0,20}طلبات',
    again: 'المحاولة|(?<!م)حاول|انتظ',
    soon: 'وقت قصير',
    prove: 'أكد|تأكيد|إثبات|أثبت|تحقق|التحقق|نتأكد|نتحقق',
    human: '(?:أنك|أنّك) (?:لست|إنسان|بشر)|أنك شخص|(?:أنك|أنّك) (?:إنسان|بشر)',
    label: 'لست (?:برنامج )?روبوت',
    checking: 'التحقق من (?:متصفحك|المتصفح|اتصالك)|تحقق من (?:متصفحك|المتصفح|اتصالك)',
    moment: 'لحظة|انتظر|انتظار|ثوان|تلقائي|قبل',
    unusual: '(?:نشاط|نشاطا|نشاطًا|حركة مرور|سلوك|سلوكا|سلوكًا) (?:غير (?:عادي|عادية|معتاد|معتادة|طبيعي|طبيعية)|مشبوه)',
    network: 'من (?:شبكتك|جهازك|عنوان|شبكة)',
    detected: 'اكتشف|رصد|لاحظ',
    login: '(?:يجب|يرجى|عليك) (?:عليك )?(?:تسجيل الدخول) (?:لعرض|لمشاهدة|للوصول|أولا|للمتابعة)',
    off: 'تعطيل|إيقاف|أوقف',
    gateTitle: '(?:التحقق|فحص) (?:الأمني|من الأمان|الأمان|أمني)',
    support: 'معرف الدعم',
    gate: 'روبوت|بشر|إنسان',
  },
  armenianAndGeorgian: {
    script: '\\u0530-\\u058f\\u10a0-\\u10ff',
    subject: 'მოთხოვნ|წვდომ|հարցում|մուտք',
    request: 'თქვენი (?:მოთხოვნა|წვდომა|ip)|ձեր (?:հարցումը|մուտքը|ip)',
    verb: 'დაბლოკ|უარყოფ|შეზღუდ|արգելափակ|մերժ',
    cause: 'უსაფრთხო|საეჭვო|անվտանգ|կասկածելի',
    yours: 'თქვენი|ձեր',
    denied: 'წვდომა (?:აკრძალულია|შეზღუდულია|დაბლოკილია)|մուտքն արգելված',
    tooMany: 'ძალიან ბევრი მოთხოვნა|չափազանց շատ հարցումներ',
    again: 'სცადეთ|փորձեք',
    human: 'არ ხართ რობოტ|დაადასტურეთ, რომ ადამიანი|ռոբոտ չեք|մարդ եք',
    gate: 'რობოტ|ռոբոտ',
  },
  bengali: {
    script: '\\u0980-\\u09ff',
    subject: 'অনুরোধ|প্রবেশ|অ্যাক্সেস',
    request: 'আপনার (?:অনুরোধ|অ্যাক্সেস|প্রবেশ|আইপি|ip)',
    verb: 'ব্লক|প্রত্যাখ্যা|বন্ধ করা|নিষিদ্ধ',
    cause: 'নিরাপত্তা|সন্দেহজনক|ফায়ারওয়াল',
    yours: 'আপনার',
    denied: '(?:প্রবেশ|অ্যাক্সেস) (?:নিষেধ|নিষিদ্ধ|অস্বীকৃত)',
    tooMany: '(?:অনেক|খুব) বেশি অনুরোধ',
    again: 'চেষ্টা করুন|অপেক্ষা',
    human: 'রোবট নন|রোবট নই|আপনি (?:একজন )?মানুষ',
    label: 'আমি রোবট ন',
    checking: 'ব্রাউজার (?:পরীক্ষা|যাচাই)',
    moment: 'অপেক্ষা|মুহূর্ত',
    unusual: '(?:অস্বাভাবিক|সন্দেহজনক) (?:ট্রাফিক|কার্যকলাপ)',
    network: 'নেটওয়ার্ক থেকে|আইপি থেকে',
    detected: 'শনাক্ত|সনাক্ত',
    login: 'দেখতে (?:অনুগ্রহ করে )?লগ ?ইন',
    gateTitle: 'নিরাপত্তা (?:যাচাই|পরীক্ষা)',
    gate: 'রোবট',
  },
  balticAndEstonian: {
    subject: 'užklaus|prieig|pieprasīj|piekļuv|päring|juurdepääs',
    request:
      'jūsų (?:užklausa|prieiga|ip)|jūsu (?:pieprasījums|piekļuve|ip)|teie (?:päring|juurdepääs|ip)|sinu (?:päring|ip)',
    verb: 'užblokuo|blokuo|atmest|bloķēt|noraidīt|blokeerit|keelatud',
    cause: 'saugum|įtartin|drošīb|aizdomīg|turva|turvalis|kahtla',
    yours: 'jūsų|jūsu|teie|sinu',
    denied: 'prieiga (?:uždrausta|užblokuota)|piekļuve (?:liegta|bloķēta)|juurdepääs (?:keelatud|blokeeritud)',
    tooMany: 'per daug užklausų|pārāk daudz pieprasījumu|liiga palju päringuid',
    attempts: 'per daug bandymų|pārāk daudz mēģinājumu|liiga palju katseid',
    exceeded: '(?:viršij|pārsnie|ületa)\\S{1,6}[^.]{0,20}(?:užklaus|pieprasīj|päring)',
    again: 'bandykite|mēģiniet|proovi',
    human:
      'kad (?:jūs )?(?:nesate robot|esate žmogus)|ka (?:jūs )?(?:neesat robot|esat cilvēk)|et (?:sa|te) (?:ei ole robot|oled inimene|olete inimene)',
    label: 'aš ne robotas|es neesmu robots|ma ei ole robot',
    checking: 'tikrin\\S{1,8} (?:jūsų )?naršykl|pārbaud\\S{1,8} (?:jūsu )?pārlūk|kontrollime (?:teie |sinu )?brauser',
    moment: 'palaukite|uzgaidiet|oodake|oota',
    unusual:
      'neįprast\\S{1,4} (?:srautas|veikla|srautą|veiklą)|neparast\\S{1,3} (?:datplūsm|darbīb)|ebatavali\\S{0,3} (?:liiklus|tegevus)',
    network: '(?:iš|no) jūs[ųu]|teie võrgust',
    detected: 'aptik|pastebėj|konstatēj|tuvasta|märka',
    login:
      'norėdami (?:matyti|peržiūrėti)[^.]{0,20}prisijun|lai (?:skatītu|apskatītu)[^.]{0,20}(?:pieslē|jāpie)|vaatamiseks (?:logi|palun logi)',
    gate: '\\brobot(?:as|s)\\b',
  },
  bulgarian: {
    script: '\\u0400-\\u04ff',
    subject: 'заявка|достъп',
    request: 'вашата заявка|вашият (?:достъп|ip)|достъпът ви|заявката ви|достъпът до (?:този|сайта)',
    verb: 'блокиран|отказан|отхвърлен|ограничен|забранен',
    cause: 'сигурност|подозрител|защитна стена|автоматизиран',
    yours: 'ваши',
    denied: 'достъпът? (?:е )?(?:отказан|забранен|блокиран|ограничен)',
    tooMany: 'твърде много заявки',
    attempts: 'твърде много опити',
    exceeded: 'надвиш\\S{1,5}[^.]{0,20}(?:заявки|лимит)',
    again: 'опитайте|изчакайте',
    prove: 'потвърд|докаж|проверява',
    human: 'не (?:сте|съм) робот|че (?:сте|вие сте) човек|дали (?:не )?сте (?:робот|човек)',
    label: 'не съм робот',
    checking: 'провер(?:ка|яваме) (?:на )?(?:вашия )?браузър',
    moment: 'изчакайте|момент|автоматично',
    unusual: '(?:необичаен|подозрителен|необичайна|подозрителна) (?:трафик|активност)',
    network: 'от ваш',
    detected: 'открих|засякох|установих',
    login: 'за да (?:видите|разгледате|достъпите)[^.]{0,30}(?:влезте|влезете|вход)|трябва да (?:влезете|сте влезли)',
    gate: 'сте робот|човек',
  },
  catalan: {
    subject: 'sol·licitud|accés',
    request: '(?:la )?(?:teva|vostra|seva) (?:sol·licitud|petició|ip|adreça ip)',
    verb: 'bloquejad|bloquejat|rebutja|denega',
    cause: 'seguretat|sospit|tallafoc|automatitz',
    yours: 'la teva|la vostra',
    denied: 'accés (?:denegat|bloquejat|prohibit)',
    tooMany: 'massa (?:sol·licituds|peticions)',
    attempts: 'massa intents',
    again: 'torna|prov',
    prove: 'confirm|verific|demostr',
    human: '\\bno (?:ets|sou|és) un (?:ro)?bot|\\bque (?:ets|sou) (?:un )?humà',
    label: '\\bno soc un robot|\\bets (?:un )?hum[aà] ?\\?',
    login: "\\b(?:has|cal|heu) d[’']?e? ?iniciar (?:la )?sessió per (?:veure|accedir|continuar)",
  },
  chinese: {
    script: '\\u4e00-\\u9fff',
    subject: '请求|访问|請求|訪問|存取|您的\\s?ip',
    request:
      '您的(?:访问|请求|操作|行为|提交|ip)|你的(?:访问|请求|ip)|您(?:所)?访问|您提交|(?:当前|本次|该次|此|该)(?:访问|请求|操作)|访问请求|您的(?:訪問|請求|存取|瀏覽|ip)|您所要求|您(?:已)?被|您的(?:連線|连接|设备|網路)',
    verb: '拦截|攔截|阻断|阻斷|屏蔽|封禁|封鎖|拒绝|拒絕|阻止|限制|禁止|终止|終止|锁定|鎖定|阻擋|不允许|不允許|暂停|暫停',
    cause:
      '安全|威胁|威脅|攻击|攻擊|非法|不合法|异常|異常|风险|風險|防火墙|防火牆|策略|违规|危险|恶意|惡意|可疑|规则|防护|waf|误报',
    yours: '您|你',
    address: '当前ip',
    denied:
      '(?:访问|请求|訪問|請求|存取|ip)?(?:已|被|已被|遭)?(?:拒绝|阻断|拦截|阻止|封鎖|封禁)(?:访问|請求|訪問|請求)?|(?:访问|请求|訪問)(?:受限|受阻|禁止|限制|异常)|(?:禁止|拒绝|拒絕|限制)(?:访问|訪問|存取)|存取被拒|訪問被拒|安全限制|拦截提示|访问拦截|请求拦截|网站防火墙',
    tooMany:
      '(?:访问|请求|操作|查询|搜索|訪問|請求|瀏覽)(?:次数|频率|频次|頻率|次數|得|的|行为)?(?:过于|太过|太|过|過於|過|异常)(?:频繁|頻繁|快|高|多|异常)|(?:访问|请求|訪問)(?:频次|频率|頻率)(?:异常|过快|过高|過高|超限)|频繁(?:访问|请求|操作)|(?:调用|请求|访问|查询)(?:频率|次数)已?(?:超过|超出|达到)了?(?:最大)?(?:限制|上限)(?!时)|(?:达到|超过|超出|觸發|触发)了?(?:访问|请求)?(?:速率|频率|頻率)限制',
    attempts:
      '(?:尝试|嘗試|登录|登入|登錄|错误)(?:的)?次(?:数|數)(?:已)?(?:过多|過多|太多|超限|超过限制|达到上限)|(?:尝试|嘗試)(?:过于|過於)(?:频繁|頻繁)',
    exceeded:
      '(?:请求|访问|查询|操作|請求|查詢|瀏覽)(?:次数|頻率|频率|次數|量)(?:已)?(?:超过|超出|达到|過多|超過|過高|过多)|(?:操作|手速|速度|点击|访问|刷新)(?:太|过)快',
    again: '再试|再試|重试|重試|稍后|稍後|稍候|休息|歇|勿|限制|再(?:访问|操作|來|来)',
    soon: '短时间|短時間',
    human:
      '人机(?:验证|校验)|验证后(?:再操作|方可|才可|才能(?:继续|访问))|验证以继续|通過驗證以|不是(?:机器人|機器人|自动程序|自動程式)(?<=(?:您|你|我|用户|证明|确认|確認|證明)[^，。「」]{0,10})|(?:完成|通过|通過)(?!.{0,6}(?:邮箱|信箱|手机|手機|短信|注册|实名|身份|郵|双|雙|两步|兩步|二次|因素))[^，。「」后身]{0,6}(?:验证|驗證|校验|拼图)(?!的|后继续登|后[^继即]|码|碼|[：:].{0,6}短信)|进行(?:人机|安全|滑动)验证|(?:输入验证码|輸入驗證碼)[^。]{0,12}(?:继续|恢复|正常访问|瀏覽)|(?:拖动|拖動|滑动|滑動|移动).{0,8}(?:滑块|滑塊|滑条|滑桿).{0,10}(?:验证|驗證|拼图|拼圖|右|继续)|滑动(?:完成)?(?:验证|拼图)|向右(?:拖动|滑动|拖動|滑動)|(?:您|你)是(?:真人|人類|人类)|点击图中的?(?:文字|汉字)|人机身份(?:验证|校验)|完成下方(?:的)?(?:验证|驗證)',
    label: '我不是(?:机器人|機器人)',
    checking:
      '(?:正在)(?:检查|检测|验证|檢查|確認|确认).{0,6}(?:浏览器|瀏覽器|连接|访问环境)|浏览器.{0,4}(?:检查|检测|验证|安全检)|正在进行安全(?:检测|检查|验证)|安全检查中',
    moment: '请稍|請稍|等待|跳转|跳轉|自动|自動|秒',
    unusual:
      '(?:异常|可疑|異常)(?:的)?(?:流量|访问|请求|訪問|行为|操作|行為)|(?:异常|異常|风险)(?<=(?:访问|环境|网络|行为|流量|ip|请求|操作|訪問)[^，。]{0,10}..)|(?:自动化|自動化)(?:请求|访问|行为|行為|訪問)',
    network: '您|你|当前|ip|本次',
    detected: '检测|监测|發現|发现|偵測|识别|触发|檢測|存在|出现|异常',
    sentence:
      '(?:疑似|正在)使用(?:网页)?(?:抓取|爬虫|采集)(?:工具|程序)|(?:疑似|可能(?:是|为))(?:黑客)?(?:攻击|爬虫|机器人)(?:行为)?|由于触发.{0,10}风控|您的行为已被记录|[iI][pP]存在(?:风险|異常)|异常请求从|(?:异常|異常)(?<=(?:您|你|当前|测到)[^，。]{0,8}(?:访问|环境|网络|行为|ip|请求|操作|訪問)[^，。]{0,6}..)|(?:请求|访问)已?被[^，。]{0,12}(?:拦截|攔截|阻断)(?!的)|威胁，(?:已|请求已)被|访问含有非法|疑似(?:黑客)?攻击|连线行为异常|連線行為異常|触发了?[^，。]{0,8}(?:安全|防护)(?:规则|策略|解决方案)|包含恶意代码|(?:您|你)的ip[^，。]{0,20}(?:列入|加入|拉入)(?:黑名单|黑名單)|像机器人|(?:疑似|被识别为|判定为)(?:机器人|爬虫|机器)|自动化(?:程序|工具|访问)|(?:您|你)(?:所在)?的网络[^。]{0,6}(?:限制|禁止|封)|(?:可疑|异常)的?(?:自动化|自動化)行[为為]',
    forward: '继续|以便|恢复|才能|繼續|正常(?:访问|使用)',
    login:
      '(?:请|請)先(?:登录|登陆|登入|登錄)(?!后再(?:发|评)|[^。，]{0,6}(?:评论|发表|收藏|点赞))|(?:未|没有|需要|需要先)(?:登录|登入)(?<=(?:您|你).{0,9})|尚未登录|未登录|登录(?:后|之后)(?:才能|才可以|方可|即可|可)?(?:查看|继续|浏览|访问)|登入後(?:才能|即可)?(?:查看|瀏覽|繼續)|(?:内容|页面|功能)(?:需要|需|仅限)登录(?:后|用户)?(?:才能|后)?(?:查看|访问|浏览)?|登录(?:状态|信息)?(?:已经?)?(?:失效|过期|超时)|(?:会话|session)(?:已经?)?(?:失效|过期|超时)[^。]{0,6}登录',
    off: '关闭|關閉|停用|断开',
    gateTitle:
      '(?:安全|访问|訪問|人机|滑动|用户|身份|网站访客身份|行为|登录安全)(?:验证|驗證|校验|检测|檢查|检查)|验证中心|验证码(?:中间页|拦截)?|请输入验证码|访问异常\\S{0,6}|\\S{0,6}(?:验证|校验)|安全检查中|请稍候\\S{0,3}|環境異常|环境异常|(?:确认|確認)(?:您|你)是真人|人机身份验证',
    support: '支持 ?id',
    gate: '滑块|滑動|滑动|人机|机器人|機器人|验证|驗證|校验',
  },
  croatianAndSlovene: {
    subject: 'zahtjev|pristup|zahtev|dostop',
    request:
      '(?:vaš|vas) (?:zahtjev|pristup|zahtev|dostop|ip)|vaša (?:zahteva|ip)|pristup (?:ovoj|ovom|stranici)|vaša ip',
    verb: 'blokiran|odbijen|odbačen|zavrnjen|ograničen|onemogućen',
    cause: 'sigurnos|bezbednos|varnost|sumnjiv|vatrozid|automatizir',
    yours: '\\bvaš',
    denied: '(?:pristup|zahtjev|dostop) (?:je )?(?:odbijen|zabranjen|blokiran|zavrnjen|onemogućen|ograničen)',
    tooMany: 'previše (?:zahtjeva|zahteva|upita)|preveč (?:zahtev|zahtevkov)',
    attempts: 'previše pokušaja|preveč poskusov',
    exceeded: '(?:prekorač|preseg)\\S{1,4}[^.]{0,20}(?:zahtjev|zahtev|limit)',
    again: 'pokušajte|poskusite|pričekajte|sačekajte',
    prove: 'potvrd|dokaž|provjeravam|proveravam|preverjam',
    human: '\\b(?:niste|nisam) robot|\\bda ste (?:čovjek|čovek|človek)',
    label: '\\b(?:nisam|nisem) robot',
    checking: '\\bprovjer\\S{1,5} (?:vaš )?pregled|\\bprover\\S{1,5} (?:vaš )?pre[gt]led',
    moment: 'pričekajte|sačekajte|počakajte|trenutak',
    unusual:
      '\\b(?:neobičan|sumnjiv|nenavaden|neuobičajen) (?:promet|saobraćaj)|\\b(?:neobičn|sumnjiv)\\S{1,3} aktivnost',
    network: '\\b(?:s|sa|iz) vaš',
    detected: 'otkri|uoči|primijeti|zazna',
    login:
      '\\bmorate (?:biti prijavljeni|se prijaviti) (?:da|kako|za)|\\bprijavite se (?:da|kako) biste (?:vidjeli|videli|pristupili)',
    gateTitle: 'sigurnosn\\S{1,3} (?:provjer|prover)\\S{1,3}',
    gate: '\\b(?:niste|nisam) robot|čovjek',
  },
  czech: {
    subject: 'požadav|žádost|přístup|adres',
    request: '\\bváš (?:požadavek|přístup|dotaz)|\\bvaše (?:ip|žádost)|\\bvaší ip',
    verb: 'zablokov|blokov|zamítnut|odepř|odmítnut|omezen',
    cause: 'bezpečnost|podezřel|firewall|automatizovan|útok|škodliv|nebezpeč',
    yours: 'vaš|vaše|tvoje',
    denied:
      'přístup (?:byl )?(?:odepřen|zamítnut|blokován|zablokován|zakázán|omezen)|požadavek (?:byl )?(?:zamítnut|zablokován)',
    tooMany: 'příliš mnoho (?:požadavků|dotazů|přístupů)',
    attempts: 'příliš mnoho pokusů',
    exceeded: 'překroč\\S{1,4} (?:jste )?(?:limit|počet|maximální)[^.]{0,20}(?:požadavků|dotazů)',
    again: 'zkuste|počkejte',
    soon: 'krátk\\S{1,3} (?:době|čas)',
    prove: 'potvrď|potvrd|ověř|prokaž|kontroluj|zkontrol',
    human: '\\b(?:nejste|nejsem|nejsi) (?:ro)?bot|že jste člověk',
    label: '\\bnejsem (?:ro)?bot',
    checking: '\\b(?:ověř|kontrol)\\S{1,6} (?:v[aá]š(?:eho)? )?prohlížeč',
    moment: 'počkejte|okamžik|moment|automatick',
    unusual: '\\b(?:neobvykl|podezřel)\\S{1,3} (?:provoz|aktivit|chování)',
    network: '\\bz[e]? vaš|\\bz této sítě',
    detected: 'zaznamen|zjistil|detekov',
    login: '\\bpro (?:zobrazení|přístup)[^.]{0,30}(?:přihlas|přihlás)|\\bmusíte (?:se přihlásit|být přihlášen)',
    gateTitle: 'ověření(?: prohlížeče)?|ověřování prohlížeče|bezpečnostní kontrola|jste (?:člověk|robot)',
    gate: '\\bnej\\S{2,3} (?:ro)?bot|člověk',
  },
  dutch: {
    subject: 'verzoek|toegang|verbinding|ip-adres|\\bu bent',
    request:
      '\\b(?:uw|je|jouw|dit) (?:verzoek|aanvraag|toegang|verbinding|ip)|\\btoegang tot deze (?:site|website|pagina)',
    verb: 'geblokkeerd|geweigerd|afgewezen|beperkt|tegengehouden|gestopt|niet toegestaan',
    cause: 'veiligheid|beveilig|firewall|verdacht|misbruik|geautomatiseerd|schadelijk|aanval|gevaarlijk',
    yours: '\\buw\\b|\\bje\\b|\\bjouw\\b',
    denied: '(?:toegang|verzoek) (?:is )?(?:geweigerd|geblokkeerd|beperkt)|ip[- ]?adres geblokkeerd|geblokkeerd',
    tooMany: 'te veel (?:verzoeken|aanvragen)|te veel pagina',
    attempts: 'te veel (?:inlog)?pogingen',
    exceeded: '(?:limiet|maximum)[^.]{0,30}(?:verzoeken|aanvragen|opvragingen)[^.]{0,20}(?:bereikt|overschreden)',
    again: 'probeer|wacht',
    soon: 'korte tijd',
    prove: 'bevestig|verifi|controler|bewijs|bewijz',
    human:
      '\\bgeen (?:ro)?bot\\b|\\b(?:u|je|jij) een mens (?:bent|is)\\b|\\bechte? mensen? (?:bent|zijn)\\b|\\bof (?:je|u) een mens\\b',
    label: '\\bik ben geen (?:ro)?bot',
    checking:
      '\\b(?:controleren|controle van|verifiëren) (?:van )?(?:uw|je) browser\\b|\\b(?:uw|je) browser wordt gecontroleerd',
    moment: 'moment|geduld|automatisch',
    unusual: '\\b(?:ongebruikelijk|verdacht|ongewoon|afwijkend)e? (?:verkeer|activiteit(?:en)?|gedrag)',
    network: '\\b(?:van|vanaf|vanuit|op) (?:uw|je|jouw) (?:netwerk|ip|computer|apparaat|verbinding)',
    detected: 'gedetecteerd|gezien|opgemerkt|vastgesteld',
    sentence: '\\blijkt (?:op )?een (?:ro)?bot|\\bgeautomatiseerd verkeer[^.]{0,20}niet toegestaan',
    forward: '\\bom (?:door|verder) te (?:gaan|kunnen)',
    login:
      '\\b(?:je|u) moet (?:ingelogd zijn|inloggen) om\\b|\\blog in om deze pagina|\\blog in om (?:deze|dit|de)|\\bhiervoor moet (?:je|u) (?:ingelogd|inloggen)',
    off: '\\bschakel\\b|\\buit te\\b',
    gateTitle: 'beveiligingscontrole|verificatie|(?:ben je|bent u) een (?:mens|robot)',
    gate: '\\bgeen\\b.{0,20}\\b(?:ro)?bot|\\bmenselijk|\\bechte mens',
  },
  finnish: {
    subject: 'pyyntö|pääsy|ip-osoit',
    request: 'pyyntösi|pääsysi|ip-osoitteesi|pyyntönne|pääsy (?:tälle|sivustolle)',
    verb: 'estetty|evätty|hylätty|estettiin|rajoitettu',
    cause: 'turvallisuu|epäilyttäv|palomuuri|automaat|turvasyi',
    yours: 'osoitteesi|sinun',
    address: 'ip-osoitteesi',
    denied: 'pääsy (?:on )?(?:estetty|evätty|kielletty)|pyyntö (?:estetty|hylätty)',
    tooMany: '(?:liian|liikaa) (?:monta|paljon)? ?pyyntö',
    attempts: 'liian monta yritystä|liikaa yrityksiä',
    exceeded: '(?:ylittänyt|saavuttanut)[^.]{0,20}(?:pyyntö|raja)',
    again: 'yritä|odota',
    prove: 'vahvista|todista',
    human: '\\bettet (?:sinä )?ole (?:ro)?bot|\\bettä olet ihminen',
    label: '\\ben ole robotti',
    checking: '\\btarkistetaan (?:selaimesi|selainta)|\\bselaimesi tarkist',
    moment: 'odota|hetki',
    unusual: '(?:epätavallista|epäilyttävää|poikkeavaa) (?:liikennettä|toimintaa)',
    network: 'verkostasi|osoitteestasi|verkostanne',
    detected: 'havai|tunnist',
    login: '\\bkirjaudu sisään (?:nähdäksesi|jatkaaksesi)|\\bsinun on kirjauduttava',
    gate: '\\bole robotti|\\bihminen\\b',
  },
  french: {
    subject: 'requête|demande|accès|connexion|\\bip\\b',
    request:
      "\\bvotre (?:requête|demande|accès|connexion|adresse ip|ip|session)|\\b(?:la|cette) requête|l[’']accès à (?:ce site|cette page|cette ressource|notre site)|\\bvous avez été",
    verb: 'bloqu|refus|rejet|restreint|banni|interromp|suspend|limité|stoppé|pas autoris|pas permis|banni|intercept',
    cause:
      'sécurité|pare-feu|firewall|\\bwaf\\b|suspect|anormal|malveillan|automatis|inhabituel|anomalie|attaque|dangereu|nuisible',
    yours: 'votre|\\bton\\b',
    denied:
      '(?:accès|requête|demande|connexion) (?:temporairement )?(?:refusée?|interdite?|bloquée?|rejetée?|restreinte?|limitée?|suspendue?)|vous avez été bloqué|bloqué',
    tooMany: 'trop de (?:requêtes|demandes)',
    attempts: 'trop de (?:tentatives|essais)',
    exceeded:
      '(?:dépassé|atteint|dépassement)[^.]{0,30}(?:nombre|limite|quota)[^.]{0,20}(?:requêtes|demandes|connexions)|\\bvous (?:naviguez|cliquez|envoyez des requêtes) trop (?:vite|rapidement|souvent)',
    again: 'réessay|patient',
    soon: 'peu de temps|court laps',
    prove: 'confirm|vérifi|prouve|assurer|démontre|cochez',
    human:
      '\\bpas un (?:ro)?bot\\b|\\bque (?:vous|tu) [a-zê]{1,6} (?:bien )?(?:un )?(?:être )?humain|\\bque vous êtes une (?:vraie )?personne',
    label: '\\bje ne suis pas un (?:ro)?bot|(?:êtes-vous|\\bes-tu) (?:un )?(?:être )?humain ?\\?',
    checking:
      '\\bvérification d(?:e votre|u) navigateur\\b|\\bvérifi(?:ons|ant) (?:que )?votre (?:navigateur|connexion)|\\bvotre navigateur est en cours de vérification',
    moment: 'instant|patient|automatiquement|secondes|redirig',
    unusual:
      '\\b(?:trafic|activités?|comportement|requêtes?) (?:inhabituel|suspect|anormal)|\\brequêtes automatis\\S{1,4}|\\b(?:volume|nombre|quantité) (?:inhabituel|anormal|excessif)(?:le|e)? de (?:requêtes|demandes|trafic|connexions)',
    network: '\\b(?:de|depuis|sur|dans) (?:votre|ton) (?:réseau|adresse|ip|navigat|appareil|ordinateur|connexion)',
    detected: 'détect|constat|remarqu|repér|identifi',
    sentence:
      "\\bd[’']accès à (?:haut risque|risque élevé)|\\bcomportement du navigateur nous a intrigué|\\bvitesse surhumaine|\\bsembl\\w{1,6} provenir d[’']un robot|\\b(?:robots|accès automatisés?|requêtes automatis[a-zé]{1,4})[^.]{0,12} pas (?:autoris|permis)|\\bsembl[a-z]{1,3} (?:être|provenir d[’']) ?un robot|identifiée? comme (?:suspect|malveill|un robot)",
    forward: '\\bpour (?:continuer|poursuivre|accéder)',
    login:
      '\\bvous devez (?:vous connecter|être connecté|être identifié|vous identifier)[^.]{0,12} (?:pour|afin)\\b|\\bconnectez-vous pour (?:voir|accéder|consulter|lire)|\\bcette page nécessite une connexion|\\b(?:identifiez|connectez|authentifiez)-vous pour (?:voir|accéder|consulter|lire)|\\b(?:connexion|authentification) (?:est )?(?:requise|nécessaire) pour (?:voir|accéder|consulter|continuer|lire)|session a expiré[^.]{0,4}\\.[^.]{0,40}connect|session (?:est |absente ou )?expirée[^.]{0,4}\\.[^.]{0,40}connect',
    off: 'désactiv|déconnect',
    gateTitle:
      'vérification(?: de sécurité| requise| humaine)?|contrôle de sécurité|un instant\\W{0,3}|êtes-vous (?:un robot|un humain|humain)',
    support: "\\bid (?:de|d[’'])? ?(?:support|assistance)|identifiant de support",
    gate: '\\bpas\\b.{0,20}\\b(?:ro)?bot|\\bvraie personne\\b|\\bhumain\\b|êtes (?:un )?humain',
  },
  german: {
    subject: 'anfrage|zugriff|zugang|verbindung|ip-adresse|\\bsie wurden',
    request:
      '\\b(?:ihre|deine|diese) (?:anfrage|verbindung|ip|anforderung)|\\b(?:ihr|dein) (?:zugriff|zugang zu dieser|netzwerk|ip-)|\\bzugriff auf (?:diese|die|unsere) (?:web)?(?:seite|site)|\\bsie wurden|\\bdu wurdest',
    verb: 'blockiert|gesperrt|gebannt|abgelehnt|verweigert|eingeschränkt|abgewiesen|unterbunden|gesperrt|sperrte|aufgehalten|gestoppt|unterbrochen|nicht (?:erlaubt|gestattet|freigeschaltet|zugelassen|berechtigt)|untersagt',
    cause:
      'sicherheit|firewall|verdächtig|ungewöhnlich|automatisiert|angriff|missbrauch|schädlich|bösartig|gefährlich|anomalie',
    yours: '\\bihre|\\bdeine',
    address: '\\b(?:ihr|dein)e?r? ip-bereich',
    denied:
      '(?:zugriff|zugang|anfrage) (?:wurde )?(?:verweigert|gesperrt|blockiert|abgelehnt|eingeschränkt)|zugriff nicht möglich|ip-(?:adresse|bereich) (?:gesperrt|blockiert)|gesperrt|blockiert',
    tooMany: 'zu viele (?:anfragen|zugriffe)',
    attempts: 'zu viele (?:fehl|anmelde)?versuche',
    exceeded:
      '(?:anzahl|limit|grenze|höchstzahl)[^.]{0,30}(?:anfragen|zugriffen?|abrufe|seitenaufrufe)[^.]{0,20}(?:überschritten|erreicht)|(?:anfrage|zugriffs)limit[^.]{0,20}(?:überschritten|erreicht)|\\bzu (?:schnell|häufig|oft) (?:hintereinander |nacheinander )?(?:angefragt|aufgerufen|geklickt|zugegriffen|anfragen)',
    again: 'erneut|versuche(?:n sie)? (?:es|bitte|sp)|bitte versuche|später|warte',
    soon: 'kurzer zeit',
    prove: 'bestätig|beweis|verifizier|sicherstell|überprüf|wir möchten sicher',
    human:
      '\\bkein (?:ro)?bot(?:er)?\\b|\\b(?:dass|ob) (?:sie|du) (?:wirklich )?(?:ein )?mensch\\b|\\bdass (?:sie|du) ein echter mensch',
    label: '\\bich bin kein (?:ro)?bot|\\b(?:bist du|sind sie) ein (?:mensch|roboter) ?\\?|\\bich bin ein mensch',
    checking:
      '(?:überprüfung|prüfung) (?:ihres|deines) browsers\\b|\\b(?:ihr|dein) browser wird (?:überprüft|geprüft)\\b|\\bsicherheit ihrer verbindung überprüfen|\\bwir (?:überprüfen|prüfen) (?:ihren|deinen) browser',
    moment: 'moment|warten|sekunden|automatisch|weitergeleitet|augenblick',
    unusual:
      '\\b(?:ungewöhnliche[nrs]?|verdächtige[nrs]?|auffällige[nrs]?) (?:datenverkehr|zugriffe?|anfragen|aktivität(?:en)?|verhalten|traffic)\\b|\\bautomatisierten? (?:anfragen|zugriffe|abfragen)|\\bungewöhnlich (?:viele|hohe[nrs]?) (?:anfragen|zugriffe|datenverkehr)',
    network:
      '\\b(?:aus|von|in) (?:ihre[mr]|deine[mr]) (?:computernetzwerk|netzwerk|ip|gerät|verbindung|browser|anschluss|computer)',
    detected: 'festgestellt|erkannt|bemerkt|registriert|entdeckt',
    sentence:
      '\\b(?:sie|dich|ihre anfrage|ihr verhalten) (?:fälschlicherweise )?als (?:einen )?(?:ro)?bot(?:er)?\\b|\\bals (?:ro)?bot(?:er)? (?:eingestuft|erkannt|identifiziert)|\\bviele zugriffe, daher|\\bautomatisierte (?:zugriffe|anfragen|abfragen)[^.]{0,20}(?:nicht (?:erlaubt|gestattet)|untersagt|blockiert)|\\bwie ein (?:ro)?bot\\b[^.]{0,12}(?:aus|verhalt)|\\bals (?:\\S{1,14} )?(?:bot|roboter) (?:identifiziert|erkannt|eingestuft)',
    forward:
      '\\bum fortzufahren|\\bum (?:zu|auf|mit)[^.]{0,20}zu gelangen|\\bum auf die seite|\\bum weiter|\\bum zur seite',
    login:
      '\\b(?:sie müssen|du musst|bitte)[^.!?]{0,40}(?:anmelden|angemeldet|eingeloggt|einloggen)[^.!?]{0,6} ?(?:sein|um)\\b[^.!?]{0,40}(?:sehen|zugreifen|betrachten|lesen|fortzu|anzusehen)?|\\bum [^.!?]{0,50}anzusehen, (?:musst|müssen) [^.!?]{0,40}angemeldet|\\bmelden sie sich an, um (?:diese|den|auf)|\\b(?:ist|wird) (?:eine|ein) (?:anmeldung|login|einloggen)[^.]{0,4} ?(?:erforderlich|notwendig|benötigt|vorausgesetzt)|\\bnur für (?:angemeldete|registrierte)[^.]{0,20}(?:zugänglich|sichtbar|verfügbar|einsehbar)|sitzung ist abgelaufen[^.]{0,4}\\.[^.]{0,40}(?:anmelden|melden sie sich|melde dich)',
    off: 'deaktivier|schalte|trenne',
    gateTitle:
      '(?:sicherheits)?(?:überprüfung|prüfung|abfrage|verifizierung)|sicherheits(?:check|kontrolle)|(?:nur )?einen moment\\W{0,3}|mensch oder maschine|(?:bist du|sind sie) ein (?:mensch|roboter)',
    support: 'support-id',
    gate: '\\bkeine? .{0,20}\\b(?:ro)?bot|\\b(?:echte|richtige) person\\b|\\bmensch\\b|\\bsicherheits(?:über|check|kontroll|abfrage|prüf)',
  },
  greek: {
    script: '\\u0370-\\u03ff',
    subject: 'αίτημ|πρόσβασ|διεύθυνσ',
    request: 'αίτημ[αά] (?:σας|σου)|αίτημά (?:σας|σου)|πρόσβαση (?:σας|στον|σε αυτ)|πρόσβασή σας|διεύθυνση ip',
    verb: 'αποκλε|απορρίφθ|μπλοκ|απαγορε|περιορ',
    cause: 'ασφ[αά]λε|ύποπτ|επίθεσ|τείχος',
    yours: 'σας|σου',
    denied: 'απαγορεύεται η πρόσβαση|η πρόσβαση (?:απορρίφθηκε|αποκλείστηκε|δεν επιτρέπεται)|άρνηση πρόσβασης',
    tooMany: '(?:πάρα|υπερβολικά) πολλά αιτήματα',
    attempts: 'πάρα πολλές (?:προσπάθειες|απόπειρες)',
    exceeded: 'υπερβ\\S{1,6}[^.]{0,20}(?:όριο|αιτημ)',
    again: 'δοκιμάστε|προσπαθήστε|περιμένετε',
    prove: 'επιβεβαι|επαλήθευ|αποδείξτε|ελέγχ',
    human: 'δεν (?:είστε|είσαι|είμαι) ρομπότ|ότι είστε άνθρωπος',
    label: 'δεν είμαι ρομπότ',
    checking: 'έλεγχος (?:του )?(?:προγράμματος περιήγησης|περιηγητή)',
    moment: 'περιμένετε|στιγμή|αυτόματα',
    unusual: '(?:ασυνήθιστη|ύποπτη) (?:κίνηση|δραστηριότητα|κυκλοφορία)',
    network: 'από το δίκτυ|από τη διεύθυνση|δίκτυό σας',
    detected: 'εντόπισ|ανίχνευσ|εντοπίσ',
    login: '(?:πρέπει να|παρακαλώ) συνδεθ\\S{1,5} για να',
    gateTitle: 'έλεγχος ασφαλείας',
    gate: 'ρομπότ|άνθρωπος',
  },
  hebrew: {
    script: '\\u0590-\\u05ff',
    subject: 'בקש|גיש|כתובת',
    request: 'הבקשה (?:שלך|נ)|בקשתך|הגישה (?:שלך|לאתר|נ)|גישתך|כתובת ה-?ip',
    verb: 'נחסמ|חסומ|נדח|הוגבל',
    cause: 'אבטח|חשוד|ביטחון|חומת',
    yours: 'שלך',
    denied: 'הגישה נ(?:חסמה|דחתה)|הבקשה נ(?:חסמה|דחתה)|גישה נדחתה',
    tooMany: 'יותר מדי בקשות',
    attempts: 'יותר מדי ניסיונות',
    again: 'נסה|נסו|המתן',
    prove: 'אשר|הוכח|ודא',
    human: '(?:שאינך|שאתה לא|לא) רובוט|שאתה אנושי|אתה אנושי|ש(?:אתם|את) לא רובוט',
    label: 'אני לא רובוט',
    checking: 'בודק(?:ים)? את הדפדפן',
    moment: 'המתן|רגע|אוטומטי',
    unusual: '(?:תעבורה|פעילות) (?:חריגה|חשודה|לא רגילה)',
    network: 'מהרשת|מכתובת|שלך',
    detected: 'זיהינו|אותר|זוהת',
    login: '(?:יש|עליך|צריך) להתחבר כדי',
    gate: 'רובוט|אנושי',
  },
  hindi: {
    script: '\\u0900-\\u097f',
    subject: 'अनुरोध|पहुँच|पहुंच|एक्सेस',
    request: 'आपका (?:अनुरोध|एक्सेस|आईपी|ip)|आपकी (?:पहुँच|पहुंच|रिक्वेस्ट)|आपके (?:अनुरोध|आईपी|ip)',
    verb: 'अवरुद्ध|अस्वीकृत|अस्वीकार|ब्लॉक|प्रतिबंधित',
    cause: 'सुरक्षा|संदिग्ध|फ़ायरवॉल|फायरवॉल|स्वचालित',
    yours: 'आपका|आपके|आपकी',
    denied: '(?:पहुँच|पहुंच|एक्सेस|अनुरोध) (?:अस्वीकृत|अवरुद्ध|निषेध|प्रतिबंधित)',
    tooMany: 'बहुत (?:अधिक|ज़्यादा|ज्यादा|सारे) (?:अनुरोध|रिक्वेस्ट)',
    attempts: 'बहुत (?:अधिक|ज़्यादा|ज्यादा|सारे) प्रयास',
    exceeded: '(?:सीमा|लिमिट) (?:पार|समाप्त)',
    again: 'प्रयास कर|कोशिश कर|प्रतीक्षा',
    human: 'रोबोट नहीं (?:हैं|है)|आप (?:एक )?(?:इंसान|मनुष्य|मानव) हैं',
    label: 'मैं रोबोट नहीं',
    checking: 'ब्राउज़र की (?:जाँच|जांच)',
    moment: 'प्रतीक्षा|क्षण|रुकें',
    unusual: '(?:असामान्य|संदिग्ध) (?:ट्रैफ़िक|ट्रैफिक|गतिविधि)',
    network: 'नेटवर्क से|आईपी से|आपके',
    detected: 'पता (?:लगाया|चला)|पाया',
    login: 'देखने के लिए (?:कृपया )?लॉग ?इन',
    gateTitle: 'सुरक्षा (?:जाँच|जांच)',
    gate: 'रोबोट नहीं|इंसान',
  },
  hungarian: {
    subject: 'kérés|hozzáférés|ip-cím',
    request: '(?:\\baz )?ön (?:kérés|hozzáférés|ip)|\\b(?:kérését|kérésedet|hozzáférését|ip-címét|ip-címed)|\\ba kérés',
    verb: 'blokkol|letilt|elutasít|megtagad|korlátoz',
    cause: 'biztonság|gyanús|tűzfal|automatiz|kártékony|támadás',
    yours: 'ön\\b|\\baz ön',
    denied: '(?:hozzáférés|kérés) (?:megtagadva|letiltva|elutasítva|blokkolva)|letiltva',
    tooMany: 'túl sok (?:kérés|lekérdezés)',
    attempts: 'túl sok (?:próbálkozás|kísérlet)',
    exceeded: '(?:túllépte|elérte)[^.]{0,20}(?:kérés|limit)',
    again: 'próbál(?!koz)|várj',
    prove: 'erősítse|erősítsd|igazol|bizonyít|ellenőriz',
    human: '\\bnem (?:vagyok |vagy )?(?:ro)?bot|\\bhogy ember\\b|\\bember-e\\b|\\baz ön ember\\b|(?:^| )ön ember\\b',
    label: '\\bnem vagyok (?:ro)?bot',
    checking: '\\b(?:ellenőrizzük|ellenőrzése) a? ?böngésző|\\bböngésző ellenőrz',
    moment: 'várjon|türelm|pillanat',
    unusual: '\\b(?:szokatlan|gyanús) (?:forgal|tevékenység|aktivitás)',
    network: 'hálózat|címéről|címről',
    detected: 'észlel|tapasztal',
    login: '\\bmegtekintéséhez (?:be kell|jelentkezz)|\\bbe kell jelentkeznie',
    gate: '\\bnem\\b.{0,10}\\brobot',
  },
  indonesian: {
    subject: 'permintaan|akses',
    request: '\\b(?:permintaan|akses|alamat ip|ip|koneksi) (?:anda|kamu)',
    verb: 'diblokir|ditolak|dibatasi|disekat|dihalang|memblokir|menolak|membatasi',
    cause: 'keamanan|firewall|mencurigakan|keselamatan|otomatis|berbahaya|serangan',
    yours: 'anda|kamu',
    denied: '(?:akses|permintaan) (?:anda )?(?:ditolak|diblokir|dibatasi|disekat)',
    tooMany: 'terlalu banyak permintaan',
    attempts: 'terlalu banyak percobaan',
    exceeded:
      '(?:melebihi|mencapai) (?:batas|jumlah)[^.]{0,20}(?:permintaan|akses)|\\bmengakses terlalu (?:cepat|sering)',
    again: '(?<!per)coba|cuba|tunggu',
    soon: 'waktu singkat',
    prove: 'konfirmasi|verifikasi|buktikan|pastikan|sahkan|memeriksa|memverifikasi',
    human:
      '\\b(?:anda|kamu) (?:bukan|adalah bukan|tidak) (?:seorang )?robot|\\b(?:anda|kamu) (?:adalah )?manusia|\\bgeser untuk (?:menyelesaikan|verifikasi)|\\bapakah (?:anda|kamu) (?:bukan )?(?:robot|manusia)',
    label: '\\bsaya bukan robot',
    checking: '\\b(?:memeriksa|memverifikasi) (?:browser|peramban) (?:anda|kamu)',
    moment: 'tunggu|sebentar|otomatis',
    unusual: '\\b(?:aktivitas|lalu lintas|trafik|aktiviti) (?:yang )?(?:mencurigakan|tidak biasa|luar biasa)',
    network: '\\bdari (?:jaringan|alamat|ip|perangkat)',
    detected: 'deteksi|mengesan',
    forward: '\\buntuk (?:melanjutkan|meneruskan)',
    login:
      '\\b(?:anda|kamu) (?:harus|perlu) (?:masuk|login|log in) (?:untuk|terlebih)|\\bsilakan (?:masuk|login) (?:untuk (?:melihat|mengakses)|terlebih dahulu)|sesi (?:anda )?(?:telah )?(?:berakhir|habis)',
    off: 'matikan|nonaktifkan',
    gateTitle: 'verifikasi(?: keamanan)?|pemeriksaan keamanan',
    support: '\\bid dukungan',
    gate: '\\bbukan robot|\\bmanusia\\b|\\bgeser untuk',
  },
  italian: {
    subject: 'richiesta|accesso|connessione|indirizzo|\\bip\\b',
    request:
      "\\b(?:tua|sua|vostra|questa) richiesta|\\b(?:tuo|suo|vostro|questo) (?:accesso|indirizzo ip|ip)|\\bl[’']accesso a quest[oa] (?:sito|pagina|risorsa)|\\bsei stato|\\baccesso al sito",
    verb: 'bloccat|rifiutat|negat|respint|limitat|sospes|non consentit|non autorizzat|bannat',
    cause: 'sicurezza|firewall|sospett|automatizzat|anomal|insolit|dannos|attacco|pericolos',
    yours: '\\btuo|\\bsuo|vostro',
    denied:
      'accesso (?:temporaneamente )?(?:negato|vietato|bloccato|limitato|sospeso)|richiesta (?:rifiutata|bloccata|respinta|negata)|bloccato',
    tooMany: 'troppe richieste',
    attempts: 'troppi tentativi',
    exceeded: '(?:superato|raggiunto|ecceduto)[^.]{0,20}(?:limite|numero)[^.]{0,20}(?:richieste|accessi)',
    again: 'riprov|attend|aspett',
    soon: 'poco tempo|breve tempo',
    prove: 'conferm|verific|dimostr|controll|assicur',
    human:
      '\\bnon (?:sei|sono|è|essere) un (?:ro)?bot\\b|\\bdi essere (?:un )?(?:essere )?umano\\b|\\bche sei (?:un )?umano\\b|\\btu (?:non )?sia un (?:ro)?bot\\b|\\btu sia (?:un )?umano',
    label: '\\bnon sono un (?:ro)?bot|\\bsei (?:un )?(?:umano|robot) ?\\?',
    checking:
      '\\b(?:verifica|controllo) del (?:tuo )?browser\\b|\\bstiamo (?:verificando|controllando) il (?:tuo )?browser',
    moment: 'momento|attendere|attendi|automaticamente|secondi|istante',
    unusual:
      '\\b(?:traffico|attività|comportamento) (?:insolit|sospett|anomal)|\\brichieste automatizzate|\\b(?:numero|volume) (?:insolito|anomalo|eccessivo) di (?:richieste|accessi|traffico)',
    network:
      '\\b(?:dalla|dal|da|sulla|sul) (?:tua|tuo|vostra|sua) (?:rete|indirizzo|dispositivo|browser|ip|connessione|computer)',
    detected: 'rilevat|notat|riscontrat|individuat',
    sentence:
      '\\baccess[oi] automatizzat[oi][^.]{0,12} (?:non|rilevat)|\\bsembri un (?:ro)?bot|attività sospett[ae][^.!?]{0,60}proteggere (?:il|questo) sito',
    forward: '\\bper (?:continuare|proseguire)',
    login:
      "(?:\\b(?:devi|bisogna|occorre)|è necessario) (?:essere (?:loggato|autenticato|registrato)|effettuare (?:il login|l[’']accesso)|accedere|autenticarsi) (?:per|prima)|\\baccedi per (?:vedere|visualizzare|leggere)|\\bper (?:vedere|visualizzare|accedere|leggere|consultare)[^.]{0,40}(?:devi|bisogna|occorre|è necessario) (?:accedere|effettuare|essere|autentic|fare)|sessione (?:è )?scaduta",
    off: 'disattiv|disabilit',
    gateTitle: 'verifica(?: di sicurezza)?|controllo di sicurezza|un (?:momento|attimo)\\W{0,3}|sei (?:umano|un robot)',
    support: '\\bid (?:di )?supporto',
    gate: '\\bnon\\b.{0,20}\\b(?:ro)?bot|\\bpersona reale\\b|\\bumano\\b',
  },
  japanese: {
    script: '\\u3040-\\u30ff',
    initials: '\\u4e00-\\u9fff',
    subject: 'リクエスト|アクセス|通信',
    request:
      '(?:お客様の|お使いの|ご利用の)(?:アクセス|リクエスト|通信|ip|ネットワーク|環境)|(?:環境|ネットワーク|ipアドレス|サーバーへの)(?:から)?の?アクセス|リクエストが|リクエストは|アクセスが|アクセスは|このリクエスト',
    verb: 'ブロック|遮断|拒否|制限|規制|許可されて(?:い|お)',
    cause: '不正|不審|セキュリティ|自動|疑わし|攻撃|異常|機械的|大量|ファイアウォール|waf|短時間|悪意|危険|有害',
    yours: 'お客様|あなた|ご利用',
    address: 'お客様のipアドレス|あなたのipアドレス|お使いのipアドレス',
    denied: '(?:アクセス|リクエスト)(?:が|は)?(?:拒否|制限|ブロック|規制|遮断|禁止)',
    tooMany:
      'リクエスト(?:数)?が多すぎ|(?:多く|大量|多数)の(?:リクエスト|アクセス)|アクセス(?:回数|数)の上限|連続アクセス|アクセスが集中|アクセス(?:回数|数)?が多すぎ|アクセス過多|何度もアクセス',
    attempts: '試行回数(?:が多すぎ|の上限|制限)|ログイン試行が多すぎ|(?:操作|送信)が多すぎ',
    exceeded: '(?:リクエスト|アクセス)(?:数|回数)?(?:の)?(?:制限|上限)(?:に達し|を超え)',
    again: 'お試し|再度|時間をおい|ご遠慮|お待ち|一時的に制限',
    soon: '短時間|短い(?:間|時間)',
    human:
      '(?:ロボット|ボット|bot)(?:では|で)(?:ない|ありません|なく)[^。]{0,20}(?:確認|証明|チェック|認証)|人間であること|スライダーを[^。]{0,12}(?:ドラッグ|移動|スライド)|パズルを完成|(?:ロボット|ボット)でないこと|人間かどうか|人間である',
    label: '私はロボットでは|私は人間です',
    checking:
      'ブラウザー?(?:を|の)(?:確認|チェック|検証)|接続の(?:セキュリティ|安全性)を確認|接続を確認しています|セキュリティチェックを実行',
    moment: 'お待ち|自動的|秒|少々',
    unusual:
      '(?:通常と異なる|不審な|異常な|普段と異なる|不正な)(?:トラフィック|アクセス|操作|行動|通信)|自動(?:化された)?(?:アクセス|リクエスト)',
    network: 'ネットワーク|ipアドレス|お使いの|ご利用の|お客様',
    detected: '検出|検知|確認|確認され',
    sentence:
      '機械的な(?:アクセス|大量|操作)|ロボットによるアクセス|自動(?:化された|プログラムによる)アクセス|ipアドレスからの(?:接続|アクセス)(?:は|が|を)?(?:許可されて|制限|遮断|ブロック|禁止|拒否)|(?:ボット|bot)(?:と思われる|による)(?:アクセス|通信)(?:を|が)|ロボットのような|(?:ロボット|ボット)と(?:判断|判定|みなされ)|(?:ロボット|ボット)による(?:自動)?(?:アクセス|操作)を(?:防ぐ|防止)|(?:あなた|お客様)(?:は|の)[^。]{0,6}アクセスが(?:制限|禁止|拒否|ブロック)され',
    forward: '続行|続ける|続けるには|アクセスするには',
    login:
      'ログインが必要|ログインしてから|(?:見る|閲覧|利用|続行|続ける|表示)(?:する)?(?:に|ため)[^。]{0,12}ログイン|ログインされていません|先にログイン|セッション(?:が|の有効期限が)(?:切れ|タイムアウト)[^。]{0,6}。[^。]{0,10}ログイン',
    off: 'オフ|無効|切断|解除',
    gateTitle:
      '(?:セキュリティ|アクセス|画像|人間|ロボット)(?:の)?(?:確認|認証|チェック)|しばらくお待ちください\\W{0,3}',
    support: 'サポート ?id',
    gate: 'ロボット|人間で|画像認証',
  },
  korean: {
    script: '\\uac00-\\ud7af',
    subject: '요청|접근|접속',
    request:
      '(?:귀하|고객님|사용자|회원님)의 (?:요청|접근|접속|ip)|요청하신 (?:페이지|url|주소|사이트)|(?:귀하|고객님)의 (?:네트워크|컴퓨터)|(?:서비스|쇼핑|사이트) ?(?:서비스 )?(?:접속|이용)이|해당 (?:요청|네트워크|ip|접속)',
    verb: '차단|거부|제한|허용되지',
    cause: '보안|비정상|의심|자동화|공격|방화벽|웹방화벽|과도한|매크로|정책|악성|위험|유해',
    yours: '귀하|고객님|당신',
    denied: '(?:접근|접속|요청|이용)(?:이|을)? ?(?:거부|차단|제한)(?: ?안내)?|차단(?: ?안내|된 페이지)|접근 금지',
    tooMany:
      '요청이 너무 많|너무 많은 (?:요청|접속)|과도한 (?:접속|요청|트래픽)|요청 (?:횟수|한도)(?:를|가|을)? ?초과|많은 요청(?:을|이)|요청이 많|너무 많은 페이지',
    attempts: '(?:시도|로그인) ?(?:시도 ?)?횟수(?:를|가)? ?초과|시도가 너무 많|너무 많은 시도',
    exceeded: '(?:요청|접속|조회) ?(?:횟수|한도|제한)[^.]{0,6}초과|너무 (?:빠르|자주)',
    again: '다시 시도|잠시 후|제한됩니다|제한되었|기다려|잠시 후',
    soon: '단시간|짧은 시간',
    human: '(?:로봇|봇)이 아(?:닌|님|닙|니)|사람(?:임을|인지)|실제 사용자(?:임을|인지)|자동입력 ?방지',
    label: '로봇이 아닙니다',
    checking: '브라우저(?:를|가)? ?(?:확인|검사|검증)|접속 ?환경(?:을)? ?확인|접속(?:을)? 확인하(?:는|고)',
    moment: '기다려|잠시|자동으로|초 |이동합니다|기다',
    unusual:
      '(?:비정상적인|비정상|의심스러운|이상) (?:접근|접속|트래픽|요청|활동|검색|행위|패턴)|자동화된 (?:요청|접근|트래픽)',
    network: '네트워크|ip|접속|접근|검색|귀하|고객님',
    detected: '감지|탐지|확인되|발견|인해',
    forward: '계속하려면|계속하시려면|이용하시려면',
    login:
      '로그인이 필요|로그인 ?(?:후|하신 후)(?:에)? ?(?:이용|사용|다시|확인|접근|열람)|로그인하셔야 (?:합|이용|볼)|로그인 하셔야|로그인해야 (?:합|해|이용|볼)|로그인하지 않|로그인 ?하신 ?(?:후|뒤)|세션이 만료',
    sentence:
      '방화벽(?: 정책)?에 의해 ?차단|보안 ?정책에 의해 ?차단|자동화된 접근|비정상적인 (?:접근|접속)으로|(?:보안|방화벽|시스템|정책)[^.]{0,8}에 의해[^.]{0,12}(?:차단|제한|거부)|로봇으로 (?:판단|의심|감지|인식)|봇으로 (?:판단|의심|감지|인식)',
    off: '해제|끄고|종료|비활성',
    gateTitle:
      '보안 ?(?:확인|인증|문자|점검|시스템)(?: 확인| 중)?|(?:\\S{1,10} )?보안 시스템|자동입력 ?방지\\S{0,4}|접속 ?확인',
    support: '지원 ?id',
    gate: '로봇|자동입력|보안문자',
  },
  persian: {
    script: '\\u0600-\\u06ff',
    subject: 'درخواست|دسترسی',
    request: '(?:درخواست|دسترسی|آی.?پی|اتصال|ip) شما|این درخواست',
    verb: 'مسدود|رد شد|بلاک|محدود|غیرمجاز',
    cause: 'امنیت|مشکوک|حمله|دیوار|فایروال|غیرعادی|خودکار|مخرب|خطرناک',
    yours: 'شما',
    address: 'آی.?پی (?:آدرس )?شما',
    denied: 'دسترسی (?:شما )?(?:مسدود|غیر ?مجاز|محدود|رد)|مسدود',
    tooMany:
      'درخواست(?:‌|\\s)?های? (?:شما )?بیش از حد|بیش از حد درخواست|درخواست(?:‌|\\s)?های شما بیش از|درخواست(?:‌|\\s)?ها بیش از|درخواست(?:‌|\\s)?های زیاد|درخواست زیاد',
    attempts: 'تلاش(?:‌|\\s)?های? (?:شما )?(?:بیش از حد|زیاد|مکرر)|دفعات تلاش',
    exceeded: '(?:تعداد|سقف|محدودیت)[^.]{0,20}(?:درخواست|بازدید)[^.]{0,20}(?:بیش|تمام|رسید)',
    again: '(?:دوباره|مجدد[^.]{0,3}) تلاش|تلاش (?:کن|نمایید)|صبر|امتحان',
    prove: 'تصدیق|تایید|تأیید|ثابت|اثبات|اطمینان|بررسی',
    human: 'ربات نیستید|انسان هستید|روبات نیستید|روبوٹ نہیں',
    label: 'من ربات نیستم|من روبات نیستم|روبوٹ نہیں ہوں',
    checking: 'بررسی مرورگر|بررسی امنیت|بررسی اتصال',
    moment: 'صبر|لحظه|منتظر|انتقال',
    unusual: '(?:ترافیک|فعالیت|رفتار) (?:غیر ?عادی|مشکوک|غیر ?معمول)',
    network: 'از (?:شبکه|آی|طرف|سمت)|شبکه شما',
    detected: 'شناسایی|مشاهده|تشخیص',
    login: 'برای (?:مشاهده|دسترسی|ادامه)[^.]{0,30}(?:وارد|لاگین)',
    off: 'خاموش|غیرفعال|قطع',
    gateTitle: 'بررسی امنیتی|تایید هویت امنیتی',
    gate: 'ربات نیست|روبوٹ نہیں|انسان',
  },
  polish: {
    subject: 'żądanie|dostęp|połączenie|zapytanie|adres ip',
    request:
      '\\b(?:twoje|państwa|to) (?:żądanie|zapytanie|połączenie)|\\b(?:twój|państwa) (?:dostęp|adres|ip)|\\bdostęp do (?:tej|strony|serwisu)|\\bzosta(?:łeś|łaś)',
    verb: 'zablokowan|odrzucon|ograniczon|zabronion|zablokował|odrzucił|zatrzyma|niedozwolon',
    cause: 'bezpieczeństw|zapor|firewall|podejrzan|automatyczn|nietypow|szkodliw|atak|niebezpieczn',
    yours: 'twój|twoje|państwa',
    denied:
      'dostęp (?:został )?(?:zabroniony|zablokowany|ograniczony)|odmowa dostępu|żądanie (?:odrzucone|zablokowane)|zablokowan[oey]|blokada',
    tooMany: 'zbyt (?:wiele|dużo) (?:żądań|zapytań)',
    attempts: 'zbyt (?:wiele|dużo) prób',
    exceeded: 'przekroczon[oy] (?:limit|liczb)[^.]{0,20}(?:zapytań|żądań|odwołań)|przekroczyłeś limit',
    again: 'spróbuj|poczekaj|odczekaj|za chwilę',
    soon: 'krótkim czasie',
    prove: 'potwierd|udowodni|zweryfik|sprawdz|zaznacz',
    human: '\\bnie (?:jesteś|jestem) (?:ro)?bot|że jesteś człowiekiem',
    label: '\\bnie jestem (?:ro)?bot',
    checking: '\\bsprawdza(?:nie|my)? (?:twojej |twoją )?przeglądark|\\bweryfik\\S{1,6} (?:twojej |twoją )?przeglądark',
    moment: 'chwil|poczekaj|automatyczn|moment',
    unusual: '\\b(?:nietypow|podejrzan)\\S{1,3} (?:ruch|aktywnoś|zachowan)|\\bautomatyczn\\S{1,3} (?:zapyta|ruch)',
    network: '\\bz (?:twoje|państwa|tego)',
    detected: 'wykryli|zauważyli|wykryto|zaobserw',
    sentence:
      '\\bwyglądasz jak (?:ro)?bot|\\bautomatyczn\\S{1,3} (?:dostęp|zapytania)[^.]{0,20}(?:niedozwol|zabron|zablok)',
    forward: '\\baby (?:kontynuować|przejść)',
    login:
      '\\bmusisz (?:się zalogować|być zalogowan)\\S{0,2},? (?:aby|żeby|by)\\b|\\bzaloguj się, aby (?:zobaczyć|uzyskać|przeglądać)|aby (?:zobaczyć|wyświetlić|uzyskać)[^.]{0,40}(?:zaloguj|musisz się zalogować)|sesja wygasła',
    off: 'wyłącz',
    gateTitle: 'weryfikacja|(?:sprawdzanie|kontrola) bezpieczeństwa|czy jesteś (?:robotem|człowiekiem)',
    support: 'identyfikator pomocy|identyfikator wsparcia',
    gate: '\\bnie\\b.{0,20}\\b(?:ro)?bot|\\bczłowiek',
  },
  portuguese: {
    subject: 'solicitação|requisição|pedido|acesso|conexão|\\bip\\b',
    request:
      '\\b(?:sua|tua|esta|a sua) (?:solicitação|requisição|conexão)|\\b(?:seu|teu|este|o seu) (?:pedido|acesso|ip|endereço ip)|\\bacesso a(?:o| este| esta) (?:site|página|servidor)|\\bvocê foi',
    verb: 'bloque|rejeitad|negad|recusad|restring|classificad|suspens|não permitid|não é permitid|não está (?:permitid|autorizad)',
    cause: 'seguran|firewall|suspeit|malicios|automatizad|incomum|anormal|anomal|ataque|perigos|nociv',
    yours: '\\bseu|\\bteu|sua',
    denied:
      '(?:acesso|pedido|ip) (?:temporariamente )?(?:negado|bloqueado|restrito|suspenso)|(?:solicitação|requisição) (?:rejeitada|bloqueada|negada)|não é possível acessar|bloqueado',
    tooMany: '(?:muitas|demasiad[ao]s|excesso de) (?:requisições|solicitações|pedidos)',
    attempts: '(?:muitas|demasiadas|excesso de) tentativas',
    exceeded:
      '(?:excedeu|ultrapassou|atingiu|excedido)[^.]{0,20}(?:limite|número|quantidade)[^.]{0,20}(?:requisições|solicitações|pedidos|acessos|consultas)|\\bnavegando (?:muito|rápido demais)|(?:requisições|solicitações) muito rápid',
    again: 'tente|aguarde|esper',
    soon: 'pouco tempo|curto (?:período|espaço)',
    prove: 'confirm|verific|comprov|prove|provar',
    human:
      '\\bnão (?:é|és|sou) um bot\\b|\\bnão (?:é|és|sou) um rob[ôo]|\\b(?:que|se) (?:você )?(?:é|és) (?:um )?humano\\b|\\bque você é uma pessoa (?:de verdade|real)',
    label: '\\bnão sou um rob|\\bvocê é (?:um )?(?:humano|robô) ?\\?',
    checking: '\\bverificando (?:o )?(?:seu )?navegador\\b|\\bverificando (?:se|que) você é',
    moment: 'momento|aguarde|automaticamente|segundos|instante',
    unusual:
      '\\b(?:tráfego|atividade|comportamento|acesso)s? (?:incomu[mn]|suspeit|anormal|anômal|atípic)|\\brequisições automatizadas|\\bacessos? automatizad|\\b(?:volume|número|quantidade) (?:incomum|anormal|excessiv[oa]) de (?:requisições|solicitações|acessos|tráfego)',
    network:
      '\\b(?:d[aeo]|n[ao]|a partir d[ao]) (?:su?a|seu|tua|teu) (?:rede|ip|endereço|dispositivo|navega|computador|conexão|acesso)',
    detected: 'detect|identific|perceb|not[ao]',
    sentence:
      '\\bacesso (?:com|de) (?:alto )?risco|\\b(?:seu acesso|você) foi (?:classificad|identificad)\\w{1,2} como (?:malicios|um |rob)|\\bacesso automatizado[^.]{0,12} (?:não|detectado)|\\bparece (?:ser )?um rob',
    forward: '\\bpara (?:continuar|prosseguir)',
    login:
      '\\b(?:você )?(?:precisa|deve|necessita) (?:estar logado|fazer (?:o )?login|entrar|iniciar sessão|se autenticar)[^.!?]{0,6} ?para (?:ver|acess|visualiz|continu|consult|us|utiliz)|\\bfaça login para (?:ver|acessar|visualizar)|\\bpara (?:ver|acessar|visualizar|continuar)[^.]{0,40}(?:é necessário|é preciso|você precisa|faça|deve) (?:fazer |de |efetuar )?(?:o )?(?:login|logar|entrar|iniciar)|sessão (?:expirou|expirada)',
    off: 'desativ|desligu|desconect',
    gateTitle: 'verificação(?: de segurança)?|checagem de segurança|um momento\\W{0,3}|você é (?:humano|um robô)',
    support: '\\bid (?:de |do )?suporte',
    gate: '\\bnão\\b.{0,20}\\b(?:ro)?bot|\\bnão\\b.{0,12}\\brobô|\\bhumano\\b',
  },
  romanian: {
    subject: 'cerere|solicitare|acces|adresa',
    request:
      '\\b(?:cererea|solicitarea|adresa ip|ip-ul) (?:dvs|dumneavoastră|ta)|\\baccesul (?:dvs|dumneavoastră|tău|la acest)|\\baccesul dvs\\.|\\bcererea dvs\\.',
    verb: 'blocat|respins|refuzat|interzis|restricționat',
    cause: 'securitate|suspect|firewall|automatizat|neobișnuit',
    yours: 'dumneavoastră|dvs|\\bta\\b|dvs\\.',
    denied: '(?:acces|accesul|cerere) (?:a fost )?(?:interzisă?|refuzată?|blocată?|respinsă|restricționat)',
    tooMany: 'prea multe (?:cereri|solicitări)',
    attempts: 'prea multe încercări',
    exceeded: '(?:depășit|atins) (?:limita|numărul)[^.]{0,20}(?:cereri|solicitări)',
    again: 'încerc(?!ări)|aștept',
    prove: 'confirm|verific|dovedi|demonstr|verificăm|asigur',
    human: '\\bnu (?:sunteți|ești|sunt) (?:un )?(?:ro)?bot|\\bcă (?:sunteți|ești) (?:om|uman)',
    label: '\\bnu sunt (?:un )?robot',
    checking: '\\bverific(?:ăm|area) browserul',
    moment: 'așteptați|moment|automat',
    unusual: '\\b(?:trafic|activitate|comportament) (?:neobișnuit|suspect)',
    network: '\\bdin (?:rețeaua|adresa|partea)|\\bde la (?:adresa|rețeaua)',
    detected: 'detectat|observat|identificat',
    login: '\\btrebuie să (?:fiți|fii|vă|te) (?:autentific|conect|logat)\\w{0,8}[^.]{0,4} pentru a',
    gateTitle: 'verificare(?: de securitate)?|(?:sunteți|ești) (?:un )?robot',
    gate: '\\bnu\\b.{0,12}\\brobot|\\buman\\b',
  },
  russian: {
    script: '\\u0400-\\u04ff',
    subject: 'запрос|доступ|соединение|активность|вы заблок|\\bip\\b',
    request:
      'ваш(?:и)? (?:запрос|доступ|ip|адрес)|ваше (?:соединение|подключение)|(?:данный|этот) запрос|^запрос|доступ к (?:этому|данному|нашему) (?:сайту|ресурсу|серверу)|запрос заблок|вы (?:были )?(?=за(?:блок|бан))',
    verb: 'заблок|отклон|ограничен|запрещ|блокирован|отказан|закрыт|ограничил|заблокирова|не разреш',
    cause:
      'безопасност|подозрительн|файрвол|фаервол|межсетев|автоматическ|атак|проблема с ip|защит|проактивн|роботизир|вредонос|опасн',
    yours: 'ваш|твой',
    denied:
      '(?:доступ|запрос) (?:к (?:[^.]|\\.(?! )){1,20} )?(?:временно )?(?:запрещ[её]н|заблокирован|ограничен|закрыт|откло[нн]?[её]н)|http 403|ошибка 403',
    tooMany:
      'слишком (?:много (?:запросов|обращений)|частые запросы|часто)|превышен (?:лимит|предел) (?:запросов|обращений|активности)',
    attempts: 'слишком много попыток|превышено (?:число|количество) попыток',
    exceeded:
      'превышен[оаы]? (?:количество|лимит|число|допустимое)[^.]{0,20}(?:запрос|обращени)|слишком (?:часто|быстро) (?:обновля|обраща|отправля|заходи|запрашив|клика|листа)',
    again: 'попробуйте|повторите|подождите',
    soon: 'короткое время|короткий промежуток',
    prove: 'подтверд|докажите|убед|проверить|необходимо|проверяем|поставьте галочку|проверка',
    human:
      'не (?:ро)?бот|что вы (?:—|-)? ?человек|а не робот|введите символы с картинки|если вы человек|что вы (?:реальный )?(?:человек|пользователь)|проверяем, человек ли',
    label: 'я не (?:ро)?бот',
    checking: 'провер(?:ка|яем|яется) (?:вашего |ваш )?(?:веб-)?(?:браузер|соединени|подключени)|браузер проверяется',
    moment: 'подождите|автоматическ|секунд|момент|переход|перед|минут',
    unusual:
      '(?:необычн|подозрительн|аномальн).{2,4} (?:трафик|запрос|активност|действ)|подозрительные запросы|автоматическ\\S{1,3} запрос|нетипичн\\S{1,3} (?:активност|трафик)|необычно (?:много|большое (?:количество|число)) запросов',
    network: 'из вашей|с ваш|от ваш',
    detected: 'обнаруж|зафиксир|заметили|выявл|поступа|исходящ',
    sentence:
      'похож[иа]е? на (?:автоматическ|действия робот|роботизир)|если вы не (?:ро)?бот,|подозрительная активность с ваш|запросы с ваш[^.]{0,20} похожи|заблокирован[оа]? (?:межсетевым|проактивным|системой (?:защиты|безопасности))|отклон[её]н[оа]? системой безопасности|действия (?:показались|кажутся|похожи)|ваш ip[^.]{0,12} (?:внес[её]н|занес[её]н|добавлен)[^.]{0,6} ч[её]рн|похоже, (?:что )?вы (?:—|-)? ?(?:ро)?бот|вы похожи на (?:ро)?бот|автоматическ\\S{1,3} (?:запросы|доступ)[^.]{0,12}запрещ|как (?:ро)?бот[аы]?(?![а-яё])',
    forward: 'чтобы продолжить|для продолжения|продолжить',
    login:
      '(?:необходимо|нужно|требуется|надо) (?:авторизоваться|войти|авторизация|зарегистрироваться|выполнить вход)|войдите[^.]{0,12}, чтобы (?:просм|увид|посмотр|получ)|вы (?:должны быть|не) (?:авторизованы|зарегистрированы)|для просмотра[^.]{0,30}(?:авториз|войдите|войти)|доступн[аоы]? только (?:зарегистрированным|авторизованным)|требуется вход|чтобы (?:увидеть|посмотреть|просмотреть|читать|получить доступ)[^.]{0,40}(?:войдите|авторизуйтесь|войти)|(?:сессия|сеанс)[^.]{0,12} исте',
    off: 'отключите|выключите|отключить',
    gateTitle:
      'проверка(?: безопасности| браузера| доступа)?|вы (?:не )?робот|captcha\\b.{0,30}|подтвердите\\S{0,3}|(?:один|одну) (?:момент|минут)\\S{0,4}|почти готово\\S{0,3}|секунд\\S{1,4}|проверка (?:пользователя|посетителя|подключения|соединения)',
    support: 'идентификатор поддержки|support id',
    gate: 'не робот|вы робот|роботом|человек|капч',
  },
  scandinavian: {
    subject: 'begäran|förfrågan|åtkomst|anmodning|adgang|forespørsel|tilgang|ip-adress',
    request:
      '\\b(?:din|denna|deres) (?:begäran|förfrågan|anmodning|forespørsel|åtkomst|adgang|tilgang|ip)|\\b(?:forespørselen|anmodningen|tilgangen|adgangen) (?:din|deres)|åtkomst till denna',
    verb: 'blockera|nekad|blokeret|blokert|avvisa|nægtet|nektet|afvist|spärra|sperret|avvist|begränsa|blockerat|stoppat|stoppet',
    cause:
      'säkerhet|misstänkt|brandvägg|sikkerhed|sikkerhet|mistænkelig|mistenkelig|automatisera|automatiseret|ovanlig|skadlig|angrepp|farlig',
    yours: '\\bdin|\\bditt|\\bderes',
    denied:
      '(?:åtkomst|begäran) (?:nekad|blockerad|avvisad)|adgang (?:nægtet|blokeret)|ingen tilgang|tilgang (?:nektet|blokkert|avvist)',
    tooMany: 'för många (?:förfrågningar|anrop|begäranden)|for mange (?:anmodninger|forespørsler)',
    attempts: 'för många (?:inloggnings)?försök|for mange (?:påloggings)?forsøk|for mange forsøg',
    exceeded:
      '(?:överskrid|overskred|overskrid|nått)\\S{0,5}[^.]{0,20}(?:gräns|grænse|grense|förfråg|anmodning|forespørs)',
    again: 'försök (?:igen|på nytt|senare|om)|prøv|vent|vänta',
    prove:
      'bekräfta|bekræft|bekreft|sjekke|kontrollera|verifier|\\bvisa\\b|\\bvis\\b|bevisa|bevis|sikre|säkerställ|tjekke',
    human: '\\b(?:inte|ikke) (?:är |er )?en (?:ro)?bot\\b|\\bat(?:t)? du (?:är|er) (?:en människa|et menneske)',
    label: '\\bjag är inte en robot|\\bjeg er ikke en robot',
    checking: '\\b(?:kontrollerar|tjekker|sjekker|verifierar) (?:din|nettleseren) ?(?:webbläsare|browser|din)?',
    moment: 'vänta|vent|øjeblik|öyeblikk|øyeblikk|automatisk|ögonblick',
    unusual: '\\b(?:ovanlig|misstänkt|usædvanlig|mistænkelig|uvanlig|mistenkelig)\\S{0,2} (?:trafik|trafikk|aktivitet)',
    network: '\\b(?:från|fra|på) (?:ditt|dit|din|nettverket|netværk)',
    detected: 'upptäckt|registreret|oppdaget|opdaget|registrert|identifierat',
    login:
      '\\b(?:du måste|du skal|du må|du bør) (?:vara inloggad|logga in|være logget ind|være logget inn|logge inn?d?) (?:för|for)\\b',
    gateTitle:
      'säkerhetskontroll|sikkerhedstjek|sikkerhetssjekk|är du (?:en robot|människa)|er du (?:en robot|et menneske)',
    gate: '\\b(?:inte|ikke)\\b.{0,20}\\b(?:ro)?bot',
  },
  serbian: {
    script: '\\u0400-\\u04ff',
    subject: 'захтев|приступ',
    request: 'ваш (?:захтев|приступ)|ваша ip',
    verb: 'блокиран|одбијен|забрањен',
    cause: 'безбедност|сумњив',
    yours: 'ваш',
    denied: 'приступ (?:је )?(?:одбијен|забрањен|блокиран)',
    tooMany: 'превише захтева',
    attempts: 'превише покушаја',
    again: 'покушајте',
    prove: 'потврд',
    human: '(?:нисте|нисам) робот',
    label: 'нисам робот',
    gate: 'нисте робот',
  },
  slovak: {
    subject: 'požiadav|prístup',
    request: '\\bvaš[ae] (?:požiadavka|ip|žiadosť)|\\bváš prístup|\\bvaš(?:u|ej) (?:požiadavku|požiadavke|ip)',
    verb: 'zablokov|zamietnut|odmietnut|obmedzen',
    cause: 'bezpečnost|podozriv|firewall',
    yours: 'vaš',
    denied:
      'prístup (?:bol )?(?:zamietnutý|odmietnutý|zablokovaný|zakázaný)|požiadavka (?:bola )?(?:zamietnutá|zablokovaná)',
    tooMany: 'príliš veľa (?:požiadaviek|žiadostí)',
    attempts: 'príliš veľa pokusov',
    exceeded: 'prekroč\\S{1,4} (?:ste )?(?:limit|počet)[^.]{0,20}požiadaviek',
    again: 'skúste|počkajte',
    prove: 'potvrď|potvrd|over|kontroluj',
    human: '\\bnie ste (?:ro)?bot|\\bnie som (?:ro)?bot|že ste človek',
    label: '\\bnie som (?:ro)?bot',
    checking: '\\b(?:overuj|kontrol)\\S{1,5} (?:váš )?prehliadač',
    moment: 'počkajte|okamih|moment',
    unusual: '\\b(?:neobvykl|podozriv)\\S{1,3} (?:prevádzk|aktivit)',
    network: '\\bz vašej',
    detected: 'zaznamen|zistil',
    login: '\\bpre (?:zobrazenie|prístup)[^.]{0,30}prihlás|\\bmusíte (?:sa prihlásiť|byť prihlásen)',
    gateTitle: 'overenie|bezpečnostná kontrola',
    gate: '\\bnie\\b.{0,8}\\brobot',
  },
  spanish: {
    subject: 'solicitud|petición|acceso|conexión|\\bip\\b',
    request:
      '\\b(?:tu|su|esta) (?:solicitud|petición|conexión)|\\b(?:tu|su) (?:acceso|dirección ip|ip)|\\bacceso a est[ea] (?:sitio|web|página|recurso|servidor)|\\bhas sido',
    verb: 'bloquead|rechazad|denegad|restringid|pausad|suspend|limitad|no permitid|no está (?:permitid|autorizad)',
    cause:
      'segur|firewall|cortafuegos|sospechos|malicios|automatizad|automátic|inusual|anomal|anomalía|ataque|dañin|peligros',
    yours: '\\btu\\b|\\bsu\\b',
    denied:
      'acceso (?:temporalmente )?(?:denegado|prohibido|bloqueado|restringido|limitado)|(?:solicitud|petición) (?:rechazada|bloqueada|denegada)|bloqueado|sentimos la interrupción|ip bloqueada',
    tooMany: 'demasiad[ao]s (?:solicitudes|peticiones|consultas|requests)',
    attempts: 'demasiados intentos',
    exceeded:
      '(?:superado|excedido|alcanzado)[^.]{0,20}(?:límite|número|cantidad|máximo)[^.]{0,20}(?:peticiones|solicitudes|consultas|accesos)|\\bnavegando (?:demasiado|muy) rápido|(?:peticiones|solicitudes) (?:demasiado|muy) rápid',
    again: 'int[eé]nt(?!os?\\b)|vuelva|espere|espera|prueba|intentarlo',
    soon: 'poco tiempo|corto (?:período|tiempo)',
    prove: 'confirm|verific|demuestr|demostr|comprob',
    human:
      '\\bno (?:eres|es|soy|sos) un (?:ro)?bot\\b|\\b(?:que|si) (?:eres|es|sos) (?:un )?(?:ser )?human[oa]\\b|\\bdesliza hacia la derecha\\b|\\beres una persona\\b|\\bque eres una persona real|\\bno (?:eres|es|sea) un (?:ro)?bot',
    label: '\\bno soy un (?:ro)?bot|¿eres (?:un )?human[oa] ?\\?',
    checking:
      '\\b(?:comprobando|verificando|comprobación de|verificación de) (?:su |tu |el |que )?(?:navegador|conexión)\\b',
    moment: 'momento|espere|espera|automáticamente|segundos|instante|redirig',
    unusual:
      '\\b(?:tráfico|actividad|comportamiento|uso|accesos?) (?:inusual|sospechos|anormal|anómal)|\\buso automatizado|\\b(?:tráfico|accesos?) automatizad|\\b(?:volumen|número|cantidad) (?:inusual|anormal|excesiv[oa]) de (?:solicitudes|peticiones|tráfico|accesos)',
    network:
      '\\b(?:desde|de|en|por) (?:tu|su) (?:red|ip|dirección|dispositivo|navega|computadora|ordenador|conexión|equipo)|\\bdesde (?:tu|su)',
    detected: 'detect|identific|notad|observ',
    sentence:
      '\\bacceso (?:con|de) (?:alto )?riesgo|\\b(?:pensar|creer) que eres un (?:ro)?bot|\\b(?:acceso|tráfico) automatizado[^.]{0,12} (?:no|detectado)|\\bpareces? (?:ser )?un (?:ro)?bot',
    forward: '\\bpara (?:continuar|seguir|acceder)',
    login:
      '\\b(?:debes?|necesitas?|tienes? que|tenés que|es necesario) (?:iniciar (?:la )?sesión|estar (?:registrado|logueado|identificado)|identificar(?:te|se)|loguear(?:te|se)|acceder) para (?:ver|acceder|consultar|continuar|visualizar|usar|utilizar)|\\binicia sesión para (?:ver|acceder a (?:est|la))|\\bpara (?:ver|acceder|leer|consultar)[^.]{0,40}(?:debes?|tienes? que|necesitas?|es necesario|hay que) (?:iniciar|estar|identificar|loguear|acceder)|sesión ha (?:expirado|caducado)',
    off: 'desact[ií]v|desconect|apag',
    gateTitle:
      'verificación(?: de seguridad)?|comprobación de seguridad|control de seguridad|un momento\\W{0,3}|¿?eres (?:humano|un robot)',
    support: '\\bid de soporte',
    gate: '\\bpersona real\\b|\\bhuman[oa]\\b|\\bno\\b.{0,20}\\b(?:ro)?bot\\b|\\beres un robot',
  },
  tamil: {
    script: '\\u0b80-\\u0bff',
    subject: 'கோரிக்கை|அணுகல்',
    request: 'உங்கள் (?:கோரிக்கை|அணுகல்)',
    verb: 'தடுக்கப்|நிராகரிக்கப்|மறுக்கப்',
    cause: 'பாதுகாப்பு|சந்தேகத்திற்க',
    yours: 'உங்கள்',
    denied: 'அணுகல் மறுக்கப்பட்டது',
    human: 'ரோபோ(?:ட்)? (?:இல்லை|அல்ல)',
    gate: 'ரோபோ',
  },
  thai: {
    script: '\\u0e00-\\u0e7f',
    subject: 'คำขอ|การเข้าถึง',
    request: 'คำขอของคุณ|การเข้าถึงของคุณ|ip ของคุณ|ไอพีของคุณ',
    verb: 'บล็อก|ปฏิเสธ|ระงับ|จำกัด',
    cause: 'ความปลอดภัย|น่าสงสัย|ไฟร์วอลล์|ผิดปกติ',
    yours: 'ของคุณ',
    denied: '(?:การเข้าถึง)?ถูก(?:ปฏิเสธ|บล็อก|จำกัด|ระงับ)|ปฏิเสธการเข้าถึง',
    tooMany: '(?:มี)?คำขอ(?:มาก|เยอะ)เกินไป|ส่งคำขอมาก',
    attempts: 'พยายามมากเกินไป|ลองหลายครั้งเกินไป',
    exceeded: '(?:เกิน|ถึง)(?:ขีด)?จำกัด',
    again: 'ลองใหม่|ลองอีกครั้ง|รอสักครู่',
    human: 'ไม่ใช่(?:โรบอท|โรบอต|หุ่นยนต์|บอท)|(?:คุณ|ว่า)เป็นมนุษย์|เลื่อน.{0,10}(?:ยืนยัน|จิ๊กซอว์)',
    label: 'ฉันไม่ใช่(?:โปรแกรมอัตโนมัติ|หุ่นยนต์|โรบอท)',
    checking: 'ตรวจสอบ(?:เบราว์เซอร์|เบราเซอร์)',
    moment: 'รอสักครู่|โปรดรอ|กรุณารอ|ก่อน',
    unusual: '(?:กิจกรรม|การรับส่งข้อมูล|การใช้งาน|ทราฟฟิก)(?:ที่)?(?:ผิดปกติ|น่าสงสัย)',
    network: 'จาก(?:เครือข่าย|ที่อยู่|ไอพี|ip|อุปกรณ์)',
    detected: 'ตรวจพบ|พบ',
    login: '(?:กรุณา|โปรด|ต้อง)(?:เข้าสู่ระบบ|ล็อกอิน)(?:ก่อน|เพื่อ(?:ดู|เข้า|ใช้))',
    gateTitle: 'ยืนยันตัวตน|ตรวจสอบความปลอดภัย',
    gate: 'โรบอท|หุ่นยนต์|มนุษย์',
  },
  turkish: {
    subject: '[iİ]steğiniz|erişim|bağlantınız',
    request: '[iİ]steğiniz|erişiminiz|bağlantınız|talebiniz|[iİ]p adresiniz|bu siteye erişim',
    verb: 'engel|reddedil|kısıtlan|bloke|izin verilm',
    cause: 'güvenlik|firewall|şüpheli|olağan|otomatik|saldırı|zararlı|tehlike|kötü amaçlı',
    yours: '\\bip adresiniz|sizin',
    address: '[iİ]p adresiniz',
    denied:
      'erişim(?:iniz)? (?:engellendi|reddedildi|kısıtlandı|yasaklandı)|engellendi|[iİ]steğiniz (?:engellendi|reddedildi)',
    tooMany: 'çok fazla (?:[iİ]stek|talep)',
    attempts: 'çok fazla (?:giriş )?deneme',
    exceeded:
      '(?:istek|işlem|talep) (?:limit|sınır)[^.]{0,12}(?:aştınız|aşıldı)|çok (?:hızlı|sık) (?:istek|işlem)|çok fazla işlem|stek limit[^.]{0,12}(?:aştınız|aşıldı|doldu)',
    again: 'deneyin|bekle',
    soon: 'kısa sürede',
    human: '\\brobot olmad|\\binsan olduğunuz|insan olduğunuzu',
    label: '\\bben (?:ro)?bot değil|\\brobot değilim',
    checking: '\\btarayıcınız(?:ı)? kontrol|\\btarayıcı (?:kontrolü|doğrulama)',
    moment: 'bekle|dakika|saniye|otomatik',
    unusual:
      '(?:olağan ?dışı|şüpheli|anormal|sıra ?dışı) (?:bir )?(?:trafik|istek|erişim|aktivite|hareket)|otomatik istek',
    network:
      '\\b(?:ağınızdan|tarayıcınızdan|ip adresinizden|cihazınızdan|bilgisayar ağınız)|bağlantıdan|bağlantınızdan',
    detected: 'tespit|algıla|fark et',
    sentence:
      'bu cihaz (?:ve(?:ya)?|ya da) ip adresi[^.]{0,6} (?:engel|yasak)|robot olduğunuz[^.]{0,6} düşün|bot olarak (?:algıla|tespit)',
    forward: 'devam et',
    login:
      '\\bgörüntülemek için (?:lütfen )?giriş|\\bgiriş yapmalısınız|önce giriş yap|\\bgiriş yapmanız gerek|(?:görmek|görüntülemek) için[^.]{0,20}giriş|oturumunuz(?:un süresi)? (?:sona|dol|zaman)',
    off: 'kapat|devre dışı',
    gateTitle:
      'güvenlik (?:kontrolü|doğrulaması)|\\S{0,20} ?-? ?olağan ?dışı erişim tespit edildi|bir dakika lütfen\\W{0,3}',
    support: 'destek (?:kimliği|id)',
    gate: '\\brobot olmad|\\binsan\\b|\\brobot değil',
  },
  ukrainian: {
    script: '\\u0400-\\u04ff',
    subject: "запит|доступ|з’єднання|з'єднання",
    request: 'ваш (?:запит|доступ)|вашу? ip|ваша ip|доступ до (?:цього сайту|цієї сторінки)',
    verb: 'заблок|відхилен|обмежен|заборонен',
    cause: 'безпек|підозріл|брандмауер|автоматичн|захист|шкідлив|небезпеч|атак',
    yours: 'ваш',
    denied: 'доступ (?:заборонено|обмежено|заблоковано)|запит (?:відхилено|заблоковано)',
    tooMany: '(?:забагато|занадто багато|надто багато) запитів',
    attempts: '(?:забагато|занадто багато|надто багато) спроб',
    exceeded:
      'перевищено (?:кількість|ліміт)[^.]{0,20}запит|(?:надто|занадто) (?:часто|швидко) (?:оновл|зверта|надсила)',
    again: 'спробуйте|зачекайте',
    prove: 'підтверд|доведіть|перевіря|перекона',
    human: 'не (?:ро)?бот|що ви (?:—|-)? ?людина|ви реальна людина',
    label: 'я не робот',
    checking: 'перевір(?:ка|яємо|яється) (?:вашого |ваш )?(?:веб-)?браузер',
    moment: 'зачекайте|автоматично|секунд|перед|перехо',
    unusual: '(?:незвичн|підозріл).{1,4} (?:трафік|запит|активніст)|нетипов\\S{1,3} активніст',
    network: 'з ваш|від ваш|із ваш',
    detected: 'виявили|виявлено|помітили|зафіксов',
    sentence: 'схож[іе] на автоматичн|схоже, ви (?:ро)?бот|виглядає підозріло',
    forward: 'щоб продовжити',
    login:
      '(?:необхідно|потрібно|треба) (?:увійти|авторизуватися|авторизуватись)|(?:повинні|маєте) (?:увійти|авторизуватися)[^.]{0,16}, ?щоб (?:перегл|побач)|увійдіть, щоб (?:перегл|побач)|доступн[аоі]? (?:лише|тільки) (?:зареєстрованим|авторизованим)|щоб (?:побачити|переглянути)[^.]{0,30}(?:увійдіть|авторизуйтесь)',
    off: 'вимкніть|відключіть',
    gateTitle: 'перевірка(?: безпеки| браузера)?',
    gate: 'не робот|людина',
  },
  vietnamese: {
    subject: 'yêu cầu|truy cập',
    request: '(?:yêu cầu|truy cập|địa chỉ ip|ip|kết nối) của bạn',
    verb: 'bị chặn|từ chối|bị khóa|hạn chế|bị cấm|chặn',
    cause: 'bảo mật|an ninh|tường lửa|đáng ngờ|bất thường|tự động|độc hại|tấn công|nguy hiểm',
    yours: 'của bạn',
    denied: '(?:truy cập|yêu cầu) (?:đã )?bị (?:từ chối|chặn|hạn chế|cấm)|từ chối truy cập',
    tooMany: 'quá nhiều (?:yêu cầu|lượt truy cập)',
    attempts: 'quá nhiều lần (?:thử|đăng nhập)|thử quá nhiều lần',
    exceeded: 'vượt quá (?:số|giới hạn)[^.]{0,20}(?:yêu cầu|truy cập)|(?:thao tác|truy cập) quá nhanh',
    again: 'thử lại|chờ|đợi',
    soon: 'thời gian ngắn',
    prove: 'xác nhận|xác minh|chứng minh|kiểm tra',
    human:
      'bạn (?:không phải(?: là)?|không là) (?:robot|người máy|rô-?bốt)|bạn là (?:con )?người\\b|kéo thanh trượt .{0,30}(?:ghép|xác)|bạn là (?:một )?(?:con )?người|bạn có phải (?:là )?(?:robot|người máy|con người)',
    label: 'tôi không phải (?:là )?(?:người máy|robot|rô-?bốt)',
    checking: 'kiểm tra trình duyệt|kiểm tra truy cập',
    moment: 'chờ|đợi|trước khi|tự động|giây',
    unusual: '(?:truy cập|hoạt động|lưu lượng|hành vi)(?: truy cập)? (?:bất thường|đáng ngờ)',
    network: 'từ (?:mạng|địa chỉ|ip|thiết bị)',
    detected: 'phát hiện|nhận thấy',
    sentence: '(?:hoạt động|hành vi) (?:giống|như) (?:ro|người máy)',
    forward: 'để tiếp tục',
    login: 'bạn (?:cần|phải) (?:phải )?đăng nhập (?:để|trước)|vui lòng đăng nhập để (?:xem|truy cập)',
    off: 'tắt',
    gateTitle: 'xác minh(?: bảo mật)?|kiểm tra bảo mật|xác thực',
    gate: 'không phải(?: là)? (?:robot|người máy)|thanh trượt',
  },
}
