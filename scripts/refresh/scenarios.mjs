/**
 * Writes `urls.txt` of the scenarios: the pages of an outdoor shop, a newspaper and a software product.
 *
 *   node scripts/refresh/scenarios.mjs
 *
 * Each outline is a site: a line is a page, what is indented lies below it. A page's slug is made of its title unless
 * it stands behind a bar. Pages of products are made of the scenario's own catalogue and come right after the line
 * PRODUCTS, at the addresses that visitors take to the cart. Popular pages come first within their folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const SHOP = `
Outdoor clothing and equipment | shop
  PRODUCTS
New this week | new
  Spring arrivals for changeable weather
  The Skarv series, now in three new colours
  Lighter down: Rim has been redesigned
  Back in stock: Stein leather boots
  First look at next winter’s ski touring range
  Made of fishing nets: our new shorts
  Small series from the repair workshop
Sale | sale
  Last sizes in shell jackets
  Winter clearance: down and fleece
  Outlet for children’s clothing
  Second choice with small blemishes
  Worn and mended: the resale rack
  Offers on hiking boots
  Bundles that save on base layers
Activities | activities
  Hiking
    Day hikes: what to wear and carry
    Hut to hut with a light pack
    Packing list for a week in the fells
    Hiking in heavy rain without misery
    Autumn hikes when the birches turn
    Clothes for hiking with a baby carrier
  Ski touring
    Layers for a long climb and a cold descent
    Packing list for a day on skins
    Jackets for ski touring compared
    Keeping hands warm at minus twenty
    Spring touring in wet snow
    Your first overnight tour on skis
  Trail running
    Running kit for wind and drizzle
    Shoes for roots, rock and bog
    Packing list for a mountain marathon
    Running through the winter
    Vests and belts for long runs
    What our runners wear at ten degrees
  Climbing
    Clothes that move on the wall
    Approach shoes or light boots?
    Belay jackets for long waits
    Trousers that stand up to granite
    Packing list for a weekend at the crag
    Bouldering in the cold months
  Paddling
    Dressing for the water, not for the air
    Rainwear for canoe trips
    Dry bags and how many you need
    Packing list for a week by canoe
    Sun protection on open water
    Warm camp clothes that survive damp
  Everyday outdoors
    A raincoat for the school run
    Cycling to work in all seasons
    Dog walks in November
    Dressing for the allotment
    One jacket for town and trail
    Wool at the office
Guides | guides
  Layering
    How to dress in three layers
    Which wool weight for which weather?
    When a fleece beats a down jacket
    How to stay warm while standing still
    Why cotton lets you down
    Layering for children who never stop moving
    A vest or one more jumper?
    Ventilation: zips, hoods and common sense
  Choosing the right size | sizing
    How to measure chest, waist and inseam
    Size chart for women
    Size chart for men
    Size chart for children
    Finding boots that fit wide feet
    How tight should a shell jacket be?
    Glove sizes explained
    Fitting a backpack to your back length
  Materials
    Merino wool from sheep to sock
    Three-layer fabrics explained
    Down fill power in plain words
    Recycled polyester: what it can and cannot do
    Waxed cotton for hot and dry days
    Water column and breathability ratings
    Leather or synthetic boots?
    Life without fluorocarbons: our finishes
  Trips and places | trips
    Five days along the northern fells
    A weekend on the coast path
    Winter cabins within reach of a train
    Three easy summits for beginners
    Wild camping: what the law allows
    Hiking with dogs off the beaten track
    A family week under canvas
    Reading a weather forecast for the mountains
  Packing
    How heavy should a backpack be?
    The first-aid kit that we carry
    Packing for two seasons at once
    Food for three days without a stove
    What to leave at home
    Keeping everything dry for a week
    Ten small things that saved our trips
    Checklist for the night before
Care and repair | care
  How to wash a shell jacket
  Waterproofing at home, step by step
  Washing down without lumps
  How to get smells out of wool
  Waxing leather boots
  Drying boots the slow way
  Patching a hole in the field
  Replacing a zip slider
  Darning a merino sock
  Storing a sleeping layer over the summer
  Removing resin and grease
  Book a repair in our workshop | book-a-repair
  What a repair costs
  Spare parts for jackets and backpacks
Customer service | help
  Delivery
    Delivery times and prices
    Track your parcel
    Delivery to a parcel locker
    Sending a parcel abroad
    When a parcel is late
  Returns and exchanges | returns
    Return an order | start
    How to exchange a size
    When will I get my money back?
    Return a gift
    Faulty goods and complaints
  Payment
    Ways to pay
    Pay later by invoice
    Discount codes and how they work
    Receipts and invoices
  Gift cards and vouchers | gift-cards
    Check the balance of a gift card
    Send a gift card by e-mail
    How long is a gift card valid?
  My account | account
    Sign in or create an account
    Order history
    Change an address
    Forgotten password
  Contact us | contact
About Fjellby | about
  Our history since 1978
  Where our clothes are sewn
  Climate report
  The repair promise
  People behind the seams
  Working at Fjellby
  Press room
  Club Fjellby: points and benefits | club
  Our test team in the mountains
  Terms of sale | terms
  Privacy and cookies | privacy
`;

const CONTENT = `
News | news
  Home affairs | home
    Night trains return to the west coast after nine years
    Parliament votes on the new school act tonight
    Why forty towns are short of doctors at the same time
    Court clears the mayor in the harbour case
    Record turnout in the first local referendum
    Police reform: what has changed after five years
    Ferry strike enters its second week
    The island that has no more first-graders
    Housing queue passes twenty years in the capital
  World
    Ceasefire talks resume behind closed doors
    The election that nobody dared to predict
    Flood plain villages decide to move uphill
    Inside the port that feeds half a continent
    A year after the earthquake: the schools are open
    Border towns prepare for a summer of queues
    What the trade deal means, chapter by chapter
    Fishing nations agree on a smaller quota
    The last lighthouse keepers of the strait
  Investigations
    The wells: how a town’s water went wrong
    Follow the timber: forty lorries, no papers
    Care homes for sale, again
    The consultants who never left
    Where the lottery money went
    Eight years of warnings about the bridge
    The quiet business of dormant companies
    How we reported the story of the wells
  Fact check | fact-check
    No, the new bulbs do not use more power
    Are there more wolves than ten years ago?
    Five claims from the budget debate, checked
    The photograph is real, the caption is not
    What the statistics on pupils really say
    Did the speed cameras reduce accidents?
Climate | climate
  Energy transition | energy
    The village that heats itself with a bakery
    Batteries the size of barns: who pays?
    Wind park approved after eleven years
    Why your power bill has four prices
    Geothermal drilling reaches five kilometres
    Old reactors, new questions
    Solar roofs above the arable field
    The grid engineer who says no
  Nature
    Eagles nest in the middle of town
    The bog that swallowed a motorway plan
    Counting butterflies with two thousand volunteers
    The eel is back, a little
    A forest left alone for a hundred years
    Why spring now begins in February
    Night sounds: recording a vanishing marsh
    The beaver as a civil engineer
  Living with change | adaptation
    A city learns to lose its car parks to rain
    Farmers test wheat for a dry July
    Ski resorts without snow look for a future
    How hospitals prepare for heat
    The insurance map that nobody wants to see
    Cool rooms: the new public libraries
    Moving a church, one stone at a time
Economy | economy
  Markets
    Interest rates: what the bank said and left out
    The krona’s long winter
    Why coffee is dearer in every second shop
    A quiet year for new listings
    Small investors and the big tunnel
    Timber prices fall for the third month
    Pension funds leave the airport business
  Work
    The four-day week, two years on
    Nurses who became train drivers
    What a shift is worth at three in the morning
    Office towers look for tenants with bicycles
    Apprentices wanted: bakers, glaziers, welders
    The interview that lasted nine rounds
    Parents share leave more equally than ever
    When the algorithm draws up the rota
  Companies
    The shoe factory that refused to close
    A family firm sells after four generations
    Inside the warehouse that never sleeps
    The start-up that measures silence
    Shipyard takes its largest order in decades
    From dairy to data centre
    Bankruptcy on the high street: a reconstruction
  Your money | money
    How to read a mortgage offer
    Is a heat pump worth it this year?
    Second-hand electric cars: what to look for
    Saving for children without surprises
    What the new pension letter tells you
    Insurance that you pay for twice
Culture | culture
  Books
    The debut that was written on a night bus
    Twelve novels for the darkest month
    A translator’s war against the adverb
    Poetry sells again, and nobody knows why
    The lost diary of a lighthouse
    Crime fiction moves to the suburbs
    What we read when we cannot sleep
    The library that lends out people
  Film and series | film
    A slow film about a fast river
    The best series you have not seen
    Festival diary: standing ovations and cold soup
    The sound designer who hunts for ice
    Why every cinema now sells dinner
    Silent film, full orchestra
    The actor who only plays neighbours
  Music
    An opera in a disused shipyard
    The return of the village choir
    Nine records from a very quiet year
    How a bassoon became an internet star
    Folk festival swaps its main stage for a barn
    The organ builder’s last commission
    Concert review: brass under the motorway
  Art and design | art
    The museum that opened its attic
    Posters that changed a city
    A chair, a century, an argument
    Photographs from the last tram
    The weaver and the weather data
    Graffiti under protection
Science | science
  Health
    What ten minutes of walking do
    The vaccine that fits on a stamp
    Sleep researchers wake up the myths
    Why some wounds heal faster at noon
    A new test for an old disease
    The children who outgrew their allergy
    Waiting for a kidney: three stories
    What we know about screens and eyes
  Space
    The probe that refuses to die
    A telescope made of ice
    Moon dust in a Swedish laboratory
    How to name an asteroid
    The northern lights explained again, better
    Satellites and the end of dark skies
  Research
    Mathematicians tie the last knot
    The clock that loses a second in an age
    Bronze Age sails found under a car park
    Ravens plan for tomorrow, study finds
    What old ice cores say about dust
    The linguist who counts pauses
    Peer review has a problem with time
Technology | technology
  Digital life | digital
    A week without maps
    The school that gave the tablets back
    Who reads the terms? We asked a thousand people
    Old phones, new owners
    How scammers learned good grammar
    The village with its own network
    Passwords are dying slowly
  Artificial intelligence | ai
    The translator and the machine
    What a model costs to train, in litres
    Courts meet the generated witness
    A radiologist on working with software
    Homework after the chatbots
    The archive that learned to read handwriting
    Who owns a synthetic voice?
  Mobility
    Electric ferries and the missing plug
    Trams are back in four cities
    The cargo bike that replaced a van
    Self-driving buses, two years late
    Charging at the cabin: a field test
    Why the sleeper carriage is so hard to build
Sport | sport
  Football
    The club owned by its stand
    Relegation, minute by minute
    A goalkeeper’s guide to loneliness
    Women’s league draws record crowds
    The transfer that fell through at midnight
    Playing on gravel: cup dreams in the north
    Referees under the microscope
  Winter sports | winter
    Cross-country season opens on stored snow
    The ski waxer’s secret notebook
    Skating the whole archipelago
    Biathlon: four shots from gold
    A hockey town without a rink
    Why downhill courses get shorter
  Other sports | more
    Orienteering by night with the veterans
    The marathon for those in no hurry
    A swimmer, a strait, eleven hours
    Chess boxing comes of age
    The bandy final in pictures
    Rowing against the clock and the wind
Opinion | opinion
  Leading articles | leaders
    A budget without a direction
    Let the small schools live
    The bridge was a warning
    Europe needs night trains
    The right to be offline
    Give the rivers a lawyer
  Columns
    My neighbour’s leaf blower and I
    In praise of the slow reply
    The meeting could have been a walk
    Notes from a waiting room
    Against the open kitchen
    What my father’s toolbox taught me
    The last landline
    A small defence of boredom
  Debate
    Doctors: we need beds, not visions
    Teachers answer the minister
    Build on the golf courses
    Do not build on the golf courses
    Give sixteen-year-olds the vote
    Farmers are not the problem
Life | life
  Food
    Cabbage, five ways, one week
    The baker who closes at ten
    How to cook for one without sadness
    A good stock from almost nothing
    The best cinnamon buns in town, ranked
    Foraging in March: what is edible already
    Sunday dinner under an hour
    Fermenting for beginners
  Travel
    Around the lake by slow bus
    Three days in a city of stairs
    A hotel in an old grain silo
    The railway that runs for berries
    Islands for the off season
    Walking from church to church
    How to travel with teenagers
  Home and family | home-and-family
    A flat of thirty square metres for four
    Grandparents on call
    The allotment in its seventh year
    Learning to argue in front of the children
    A dog, after all
    When the children move out
    Repair evening at the parish hall
Video | video
  The eclipse above the fells in two minutes
  How a night train is put together
  A day with the last eel fisherman
  Explained: what a central bank does
  Interview: the minister and the school act
  The harbour from above
  One bog, four seasons
  In the kitchen: a good stock
  Debate night in full
  The choir that filled a shipyard
  Ravens at work: the experiment
  How to wax skis for wet snow
  Live from the count
  The week in ninety seconds
Podcasts | podcasts
  Dagbrytning daily: twenty minutes before work
  The wells, episode 1: brown water
  The wells, episode 2: the first letter
  The wells, episode 3: a sample goes missing
  Book talk with the night editor
  Money matters for ordinary wallets
  The climate desk answers
  Extra time: football on a Monday
Authors | authors
  Astrid Lindqvist, home affairs
  Jonas Ek, foreign correspondent
  Mira Haddad, investigations
  Pelle Sundin, investigations
  Sofia Brandt, climate
  Eero Laine, nature
  Karin Wester, economy
  Tomas Nyberg, labour market
  Amina Yusuf, personal finance
  Ludvig Stern, books
  Noor van Dijk, film
  Signe Aas, music
  Henrik Moe, art and design
  Dr. Elin Fors, health
  Viktor Palm, space and physics
  Ines Costa, technology
  Oskar Hjelm, mobility
  Greta Dahl, football
  Ivar Nord, winter sports
  Beata Roos, columnist
  Samuel Okafor, leader writer
  Lena Kvist, food
  Mikael Grahn, travel
  Hanna Sjö, photographer
Newsletters | newsletters
  The morning letter | morning
  The climate letter | climate
  Weekend reading | weekend
  The business brief | business
  What to cook tonight | cooking
  Culture on Thursdays | culture
Games and puzzles | games
  Daily crossword
  Sudoku in three levels
  The weekly news quiz
  Word ladder
About Dagbrytning | about
  The newsroom and how to reach it
  Corrections
  Our editorial principles
  Advertise with us
  Work in the newsroom
  Privacy notice
`;

const SAAS = `
Product | product
  Time tracking that starts itself
  Timesheets for the whole team
  Approvals in one click
  Projects and budgets
  Reports that answer questions
  Invoicing from tracked hours
  Planning and capacity
  Absence and holidays
  Mobile app with offline mode
  Calendar view
  Rounding rules and rates
  Security and single sign-on
  Automations
  What is new in Tidlog 5
Pricing | pricing
  Compare all plans | compare
  Prices for non-profits and schools
  Enterprise agreement | enterprise
  Questions about billing
  Calculate what untracked hours cost you
Documentation | docs
  Getting started | getting-started
    Create your workspace
    Invite your team
    Track your first hour
    Import clients and projects
    Set working hours and holidays
    Choose a time format and language
    A tour of the main screen
    Checklist for the first week
  Time entries | time-entries
    Start and stop the timer
    Add time by hand
    Edit or split an entry
    Favourites and repeating entries
    Idle detection
    Keyboard shortcuts
    Tags and how to use them
    Round entries to full minutes
    Recover a deleted entry
    Track time offline
  Projects
    Create a project from a template
    Set a budget in hours or money
    Warnings when a budget runs out
    Tasks and phases
    Archive a finished project
    Project roles
    Hourly rates by person and task
    Fixed-price projects
    Share a project with a client
  Teams and permissions | teams
    Roles and what they may do
    Groups and departments
    Deactivate a person
    Approve timesheets
    Lock past weeks
    Remind people of missing hours
    Cost rates and who sees them
    Audit log
  Reports | reports
    Summary report
    Detailed report
    Utilisation by person
    Budget against actual hours
    Save and schedule a report
    Share a report by link
    Export to CSV, Excel and PDF
    Custom fields in reports
    Why two reports differ
  Invoicing
    Create an invoice from hours
    Invoice numbers and templates
    Taxes and currencies
    Send and record a payment
    Credit notes
    Expenses with receipts
    Connect your bookkeeping
  Integrations guide | integrations
    Connect a calendar
    Connect an issue tracker
    Connect a payroll system
    Browser extension
    Webhooks in five minutes
    Zap and scenario recipes
    Troubleshoot a broken connection
  Desktop and mobile clients | clients
    Install on Windows
    Install on macOS
    Install on Linux
    Install on iPhone and iPad
    Install on Android
    Roll out with a device manager
    Set up a proxy
    Update and uninstall
    Where the clients keep their data
  Command line | cli
    Install the command line client
    Sign in from a terminal
    Start a timer from a Git hook
    List and filter entries
    Output as JSON
    Shell completion
    Run it in a pipeline
    Exit codes
  API reference | api
    Authentication and tokens
    Pagination and rate limits
    Errors
    Versioning and deprecation
    Workspaces resource
    Users resource
    Clients resource
    Projects resource
    Tasks resource
    Time entries resource
    Reports resource
    Invoices resource
    Webhook events
    Bulk import endpoint
    OpenAPI description
    Client libraries
  Administration | admin
    Single sign-on with SAML
    Provision users with SCIM
    Two-factor authentication
    Allowed networks
    Data retention
    Export a whole workspace
    Delete a workspace
    Sandbox workspaces
    Billing contacts and invoices
  Self-hosted edition | self-hosted
    System requirements
    Install with containers
    Configure the database
    Back up and restore
    Upgrade from version 4
    Monitor the server
    Scale to many workers
    Licence keys
  Migrate from another tool | migrate
    Move from spreadsheets
    Move from a punch clock
    Map fields during an import
    Check an import before you commit
    Bring past years along
Integrations | integrations
  Tidlog for Jira
  Tidlog for GitHub
  Tidlog for GitLab
  Tidlog for Slack
  Tidlog for Microsoft Teams
  Tidlog for Google Calendar
  Tidlog for Outlook
  Tidlog for Trello
  Tidlog for Asana
  Tidlog for Linear
  Tidlog for Fortnox
  Tidlog for QuickBooks
  Tidlog for Xero
  Tidlog for Zapier
  Tidlog for Power BI
  Tidlog for Nextcloud
Solutions | solutions
  For software teams
  For agencies
  For consultants
  For architects and engineers
  For law firms
  For research and grants
  For public administration
  For freelancers
  For construction sites
Customers | customers
  How a bridge builder stopped guessing
  Forty agencies, one timesheet
  A law firm that bills on the first
  The university that closed its spreadsheets
  From nine tools to two at a game studio
  Payroll in an hour at a bakery chain
  A town hall counts its projects
  Why an audit took one afternoon
  Remote in eleven time zones
Blog | blog
  Estimating is a team sport
  What a fair overtime rule looks like
  The first five minutes decide a trial
  How we moved two billion rows without a pause
  Why we publish our outages
  Timers or timesheets? We looked at the data
  Meetings cost more than you think
  A gentle guide to utilisation
  Writing release notes that people read
  Our path to an accessible calendar
  How we price, and what we got wrong
  Working hours law in eight countries
  Designing for people who hate tracking time
  Five reports for Monday morning
  Idle detection without spying
  Why our command line client is written twice
  Rate limits that forgive
  What we learned from a thousand demos
  The case for fewer notifications
  A year of four-day weeks at Tidlog
Changelog | changelog
  Version 5.6: planning board
  Version 5.5: faster reports
  Version 5.4: approvals on the phone
  Version 5.3: webhooks with retries
  Version 5.2: new Linux client
  Version 5.1: currencies by client
  Version 5.0: a new calendar
  Version 4.9: SCIM provisioning
  Version 4.8: expenses
  Version 4.7: dark mode
  Version 4.6: idle detection reworked
  Version 4.5: saved filters
Download | download
  Tidlog for Windows
  Tidlog for macOS
  Tidlog for Linux
  Tidlog for iPhone and iPad
  Tidlog for Android
  Browser extensions
  Command line client
  Older versions
App | app
  Your week | week
  Timer | timer
  Calendar | calendar
  All projects | projects
    Project overview | overview
    Project budget | budget
    Project team | team
    Project activity | activity
  Team dashboard | team
    Members | members
    Timesheets to approve | approvals
    Capacity this month | capacity
  Report builder | reports
    Saved reports | saved
    Shared reports | shared
  Invoices | invoices
    New invoice | new
    Unpaid invoices | unpaid
  Workspace settings | settings
    Profile | profile
    Notifications | notifications
    Plan and billing | billing
    Connected tools | connections
    Access tokens | tokens
  Welcome to your workspace | welcome
Order Tidlog | shop
  PRODUCTS
Start a free trial | trial
Book a demo | demo
Help centre | help
  Contact support
  Ask the community
  Webinars and training
  Service level and response times
  Report a security issue
  Find a partner
Company | company
  About the people behind Tidlog
  Jobs at Tidlog
  Press and brand material
  Sustainability at Tidlog
  Terms of service
  Privacy policy
  Data processing agreement
  Subprocessors
`;

const SITES = [
  {
    folder: 'shop',
    origin: 'https://www.fjellby.example',
    home: 'Fjellby – outdoor clothing made to last',
    outline: SHOP,
  },
  {
    folder: 'content',
    origin: 'https://www.dagbrytning.example',
    home: 'Dagbrytning – news and reading from daybreak',
    outline: CONTENT,
  },
  {
    folder: 'saas',
    origin: 'https://www.tidlog.example',
    home: 'Tidlog – time tracking for teams that build',
    outline: SAAS,
  },
];

function slugOf(text) {
  return text
    .normalize('NFD')
    .replace(/[\p{M}’]/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** The catalogue's products as an outline: a category, and its products below. */
function productLines(folder, indent) {
  const text = readFileSync(new URL(`../../presets/${folder}/catalogue.yaml`, import.meta.url), 'utf8');
  const { products } = parse(text);
  return [...new Set(products.map(({ category }) => category))].flatMap((category) => {
    const own = products.filter((product) => product.category === category);
    return [`${indent}${category}`, ...own.map(({ name }) => `${indent}  ${name}`)];
  });
}

function outlineLines({ folder, outline }) {
  return outline
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => (line.trim() === 'PRODUCTS' ? productLines(folder, /^ */.exec(line)[0]) : [line]));
}

function pagesOf(site) {
  const path = [];
  const pages = outlineLines(site).map((line) => {
    const [title, slug = slugOf(title)] = line.trim().split(' | ');
    path.length = line.search(/\S/) / 2;
    path.push(slug);
    return `${site.origin}/${path.join('/')}\t${title}`;
  });
  return [`${site.origin}/\t${site.home}`, ...pages];
}

for (const site of SITES) {
  const pages = pagesOf(site);
  const head = '# URL, tab, title. Written by scripts/refresh/scenarios.mjs.';
  const target = new URL(`../../presets/${site.folder}/urls.txt`, import.meta.url);
  writeFileSync(target, `${head}\n${pages.join('\n')}\n`);
  process.stdout.write(`${site.folder}: ${pages.length} pages\n`);
}
