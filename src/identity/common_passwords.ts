/**
 * What guessed passwords are made of: the words, names, keyboard walks, digit patterns and years that public
 * statistics of leaked passwords show at their top, in several languages. password_policy.ts takes them out of a new
 * password and looks at what is left, so one word here stands for all its endings (`dragon1234!`, `Dragon2024`).
 */
export const COMMON_PARTS: readonly string[] = Object.freeze(
  `
a1b2c3 aaa111 aaron abc123 abcd1234 access adam admin administrator aegis alexander alice always amanda
amazon amelia america american amsterdam amy ana andrea andreas andrew android angel angela anna anthony
antoine antonio anything apple april aragorn arsenal arthur asdf asdfgh asdfghjkl asdzxc ashley asshole
audi august australia autumn avengers azerty azertyuiop baby babyboy babygirl bacon banana barbara
barbie barcelona bart baseball basketball batman battery bayern beach bear beatles beautiful benjamin
berlin betty bible bitch black blahblah blessed blink182 blue bond0 boston boxing brandon brasil brenda
brian broncos brooklyn brother brown budweiser bunny burger business butter butterfly california camaro
camille canada candy carl carlos carmen carol carolyn cat cats change changeme charles charlotte cheese
chelsea cherry chicago chicken children china chocolate christ christina christine christopher church
cisco claudia cloud cocacola coffee college company computer contrasena cookie cookies corona correct
correcthorsebatterystaple corvette cowboys cricket cynthia daddy daisy dallas dance dancer daniel
darling david debian deborah debra december default demo demon dennis deutschland devil diablo diamond
diane disney docker dog doggie dogs dollar dolphin donald donna dortmund dragon ducati duck dvorak eagle
eagles earth edc edcrfv edward elephant elizabeth elvis emily eminem emma england eric espana evelyn
evening facebook faith falcon family father february ferrari firewall florida flower flowers football
forest forever fortnite france francesco francisco freedom friday friend friends frodo fuck fuckoff
fuckyou galaxy gandalf garden garfield gateway george germany getmein ginger giovanni giuseppe gmail god
godislove godzilla gold golden golf google grace green guest guinness guitar hacker hamburg hamburger
hannah hans harley harold harrypotter haslo heart heather heaven heineken helen hell hello helpdesk
henry heslo hockey hogwarts homer honda honey horse hotmail houston hulk hunter ilove iloveu iloveyou
india instagram internet iphone ireland ironman isabella island italia jack jacob james janet january
japan jasmine jason jennifer jeremy jerry jessica jesus jesuschrist joan john jonathan jordan jose
joseph joshua juan juergen julia julien july june jupiter justin juventus karen katherine kathleen
kawasaki keith kelly kevin keyboard killer kimberly king kiss kitkat kitten kitty klaus kyle lakers
laptop larry laura lauren legolas letmein liberty lightning lily linda linkedin linux lion lisa
liverpool lkjhgfdsa login logon london love lovely loveme lover loveyou lozinka lucia lucifer luis
madrid magic manager manchester march marco margaret maria marie mario mark mars martin mary master
matrix matthew may megan melissa mercedes mercury merlin messi metallica mexico mia michael michelle
mickey microsoft miguel milan milano minecraft minnie mnbvcxz mommy monday money monika monkey moon
morning motdepasse mother mountain munich music mustang mypassword mysql nancy naruto nathan ncc1701
netflix network nevermind newyork nicholas nicolas nicole night ninja nirvana nissan nopassword nothing
november ocean october office olivia opensesame operator oracle orange orchid owner packers pamela
panther paris parola party pass passw0rd passwd password passwort patricia patrick paul peace peanut
pedro penguin pepper pepsi peter petra phoenix pierre pikachu pink pirate pizza platinum poiuytrewq
pokemon pony porsche postgres postmaster potter power prince princess private proxy public puppy purple
pussy pwd q1w2e3r4 qaz qazwsx queen qweasd qweasdzxc qwert qwerty qwertyuiop qwertz qwertzuiop rabbit
rachel racing raiders rainbow ranger rangers realmadrid rebecca red redsox rfvtgb richard river robert
rocknroll rockyou roger rome ronaldo root rose roses router rugby russia ryan sabine salasana samantha
samsung samuel sandra sarah saturday saturn school scooby scotland scott secret secrets secure security
senha september server service sesame sexsex sexy shadow shark sharon shield shirley signin silver
simpson sister skywalker slipknot snake sniper snoopy snow soccer soldier something sonic sophia sophie
spider spiderman spring staple star stars startrek starwars steelers stefan stephanie stephen steven
storm strawberry student sugar summer sun sunday sunshine superman superuser support susan suzuki
sweetheart sweetie swimming sydney sysadmin system teacher tennis tequila terminator test tester testing
texas thomas thunder thursday thx1138 tiger tinkerbell tokyo toyota trinity troubador trustno1 tuesday
tupac turtle twitter tyler ubuntu unicorn united universe university user vader venus victoria victory
vienna vodka volkswagen volleyball wachtwoord walter warrior webmaster wednesday welcome whatever
whiskey white william windows winter wizard wolf wolfgang wsx wsxedc xsw2 yahoo yamaha yankees yellow
yoda yourpassword youtube yxcvbnm zachary zaq1 zelda zurich zxcv zxcvbn zxcvbnm 000000 007 0987654321
102030 111111 112233 112358 121212 123 123123 123321 1234 1234321 12345 123454321 123456 1234567
12345678 123456789 1234567890 142857 147258 147258369 147852 159753 1q2w3e 1q2w3e4r 1qaz 2015 2016 2017
2018 2019 2020 2021 2022 2023 2024 2025 2026 2027 2028 271828 2wsx 314159 31415926 321 3edc 4321 456789
4rfv 54321 654321 696969 741852963 7654321 789456 789456123 87654321 963852741 987654321
`.trim().split(/\s+/),
);
