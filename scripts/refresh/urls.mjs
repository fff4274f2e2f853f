/**
 * Writes `urls.txt`: the pages of an example shop and magazine, 10 categories × 5 subcategories × 40 pages.
 *
 *   node scripts/refresh/urls.mjs
 *
 * Each subcategory has its own vocabulary below; the templates turn it into titles, and the title into the slug.
 */
import { writeFileSync } from 'node:fs';

const SITE = 'https://www.nordhem.example';

/**
 * A category: its name, the places its goods are for, then one line per subcategory:
 * singular with article | plural | materials | ranges (each a title) | tasks (each completes "how to").
 */
const CATEGORIES = [
  [
    'Living Room',
    [
      'a narrow living room',
      'a studio flat',
      'an open-plan home',
      'a home with children',
      'a rented flat',
      'a house with pets',
      'a dark room',
      'a summer cottage',
    ],
    `a sofa | sofas | wool; linen; leather; bouclé | Corner sofas for real families; Two-seat sofas for small flats; Sofa beds for overnight guests; Modular sofas that grow with you; Deep sofas for film nights; Sofas with washable covers; High-backed sofas for good posture; Sofas delivered within a week | measure a doorway before a sofa arrives; wash a loose sofa cover; restuff a tired seat cushion; place a sofa away from the wall; get a sofa up a narrow staircase; match a sofa with the floor
a lounge armchair | armchairs | oak and leather; sheepskin; bentwood; velvet | Reading chairs with a high back; Swivel armchairs for open rooms; Rocking chairs from Småland; Small armchairs for the bedroom; Wing chairs for cold evenings; Armchairs with a matching footstool; Low lounge chairs in the Danish tradition; Armchairs that recline quietly | build a reading corner around one armchair; recover the seat of an old armchair; choose the right seat height; pair two armchairs that do not match; mend a loose armrest; clean a sheepskin cover
a coffee table | coffee tables | solid ash; travertine; smoked glass; powder-coated steel | Round coffee tables without sharp corners; Nesting tables for changing needs; Coffee tables with hidden storage; Low tables for floor cushions; Narrow tables for the sofa's end; Height-adjustable coffee tables; Tray tables to carry with you; Coffee tables for outdoor rooms | find the right height for a coffee table; style a coffee table without clutter; remove rings from an oiled table; level a wobbling table; protect stone from red wine; combine two small tables into one
a media bench | media benches | oak veneer; lacquered birch; walnut; woven cane | Wall-hung media benches; Media benches for large screens; Benches with room for records; Media benches with sliding doors; Low benches under a window; Media benches with cable ports; Corner media benches; Media benches that double as seating | hide the cables behind a screen; hang a media bench on plasterboard; calculate the distance to the screen; ventilate an amplifier in a cabinet; organise remote controls and chargers; add a turntable to a media bench
a bookshelf | bookshelves | pine; beech; birch plywood; black steel | Tall bookshelves for high ceilings; Bookshelves that divide a room; Ladder shelves for light loads; Bookshelves with glass doors; Low bookshelves for children; Built-in look from standard shelves; Corner bookshelves; Bookshelves strong enough for vinyl | fix a bookshelf to the wall; arrange books by more than colour; keep shelves from sagging; turn two bookshelves into a desk; dust a full bookshelf quickly; light a bookshelf from within`,
  ],
  [
    'Dining',
    [
      'a small kitchen',
      'a family of five',
      'a bay window',
      'a long, narrow dining room',
      'a shared flat',
      'a big Sunday lunch',
      'a home office by day',
      'a terrace under a roof',
    ],
    `a dining table | dining tables | solid oak; white-oiled ash; reclaimed pine; compact laminate | Round dining tables for conversation; Extendable tables for twelve; Drop-leaf tables for tight corners; Trestle tables that fold away; Dining tables with rounded corners; Oval tables on a single base; Narrow tables for passages; Dining tables made to measure | seat eight at a table for six; oil an oak table; sand out a deep scratch; add a leaf without a gap; choose the height of a dining table; set the table for a crayfish party
a dining chair | dining chairs | beech; moulded plywood; paper cord; recycled plastic | Stackable chairs for big dinners; Dining chairs with armrests; Windsor chairs in new colours; Upholstered chairs for long evenings; Folding chairs worth showing; Children's chairs that grow along; Lightweight chairs under four kilos; Cantilever chairs for hard floors | weave a new paper-cord seat; mix six different chairs; stop chair legs from scratching the floor; tighten a creaking chair; choose seat pads that stay in place; stack chairs without marks
a bar stool | bar stools | oiled oak; chromed steel; saddle leather; cork | Counter stools in two heights; Swivel stools for the kitchen island; Stools with a low back; Backless stools that tuck away; Adjustable stools for all ages; Bar stools for the balcony; Padded stools for long breakfasts; Stools with a proper footrest | measure a counter for stools; space three stools at an island; replace worn foot caps; clean a leather seat; fix a stool that leans; turn a bar stool into a plant stand
a sideboard | sideboards | walnut; stained oak; painted birch; rattan | Long sideboards for long walls; Sideboards with adjustable shelves; Sideboards on slender legs; Compact sideboards for the hallway; Sideboards with drawers for cutlery; Sideboards in bold colours; Vintage-inspired sideboards; Sideboards that hide the printer | style a sideboard for the season; store a dinner service for twelve; hang a picture above a sideboard; line a drawer for silver; adjust a door that hangs askew; move a heavy sideboard alone
a display cabinet | display cabinets | reeded glass; oak; white lacquer; brass-framed glass | Cabinets for heirloom glass; Wall-hung display cabinets; Tall cabinets with lighting; Corner cabinets from the archive; Display cabinets for the bathroom; Low cabinets for collectors; Cabinets with solid lower doors; Drinks cabinets with a mirror | light a cabinet without glare; display a collection of cups; clean old glass panes; secure a tall cabinet; line the back with wallpaper; keep dust out of a cabinet`,
  ],
  [
    'Bedroom',
    [
      'a guest room',
      'a teenager',
      'a sloping attic',
      'light sleepers',
      'a shared bedroom',
      'a warm climate',
      'a very small bedroom',
      'a cabin in the mountains',
    ],
    `a bed | beds | solid pine; oak; upholstered wool; painted steel | Double beds with storage drawers; Day beds for small rooms; Continental beds, soft to firm; Bunk beds for siblings; Adjustable beds for reading; Low platform beds; Four-poster beds, simplified; Beds for tall sleepers | stop a bed from squeaking; choose the right width for two; move a bed without scratching the floor; make a bed in two minutes; attach a headboard to the wall; get children to sleep in their own bed
a mattress | mattresses | natural latex; pocket springs; horsehair; memory foam | Firm mattresses for back sleepers; Soft mattresses for side sleepers; Mattresses with two firmness zones; Children's mattresses; Mattresses for bunk beds; Travel and guest mattresses; Vegan mattresses; Cool mattresses for hot nights | air a mattress in winter; tell when a mattress is worn out; remove stains from a mattress; choose between firm and medium; turn a heavy mattress; try a mattress in the shop properly
a duvet | duvets | goose down; wool; lyocell; recycled fibre | All-season duvets in two layers; Cool duvets for summer; Warm duvets for unheated rooms; Double duvets for sharing; Weighted duvets; Allergy-friendly duvets; Duvets for cots; Extra-long duvets | wash a down duvet at home; put a cover on in one movement; store duvets in summer; revive flat down; choose the right warmth class; sew ties into a duvet cover
a wardrobe | wardrobes | white-stained oak; birch; mirrored glass; linen-covered doors | Sliding wardrobes for narrow rooms; Open wardrobes for the tidy; Corner wardrobes; Wardrobes up to the ceiling; Children's wardrobes within reach; Freestanding wardrobes to take along; Wardrobes for sloping ceilings; Wardrobes with a built-in desk | plan the inside of a wardrobe; sort clothes once and for all; keep moths away without chemicals; add light to a wardrobe; adjust sliding doors; store winter coats in summer
a bedside table | bedside tables | oak; marble; cane; powder-coated metal | Wall-hung bedside tables; Bedside tables with a drawer; Narrow bedside tables for tight gaps; Stools that serve as bedside tables; Bedside tables with charging; Matching pairs of bedside tables; Round bedside tables; Bedside tables for bunk beds | match a bedside table with the bed's height; keep a bedside table clear; hide a charger beside the bed; mount a shelf as a bedside table; pick a lamp for reading in bed; restore an old night stand`,
  ],
  [
    'Kitchen',
    [
      'a student kitchen',
      'an induction hob',
      'a family that bakes',
      'a holiday cottage',
      'a kitchen without a pantry',
      'everyday cooking',
      'a wedding list',
      'a keen beginner',
    ],
    `a frying pan | pans | cast iron; carbon steel; stainless steel; ceramic coating | Frying pans for crisp pancakes; Sauté pans with a lid; Grill pans for the hob; Small pans for one egg; Paella pans for a crowd; Pans for induction; Roasting pans for Sunday; Pans that go from hob to table | season a cast-iron pan; rescue a rusty pan; keep food from sticking; choose a size for four people; clean a burnt pan with soda; store pans without scratches
a kitchen knife | kitchen knives | Damascus steel; carbon steel; stainless steel; ceramic | Chef's knives for daily work; Bread knives that do not tear; Paring knives for small hands; Japanese knives for vegetables; Carving knives for the roast; Fillet knives for the catch; Knife sets for a first home; Oyster and shellfish knives | sharpen a knife on a whetstone; hold a chef's knife; chop an onion without tears; store knives out of reach; straighten an edge with a steel; bring a dull knife back to life
a serving bowl | plates and bowls | stoneware; porcelain; enamel; beech | Everyday plates that stack well; Deep plates for soup and pasta; Serving bowls for big salads; Children's tableware; Hand-thrown plates from Gotland; Breakfast sets for two; Cake stands and platters; Tableware for the terrace | mix old and new plates; remove grey cutlery marks; build a dinner service slowly; mend a chipped bowl with gold; stack plates in a small cupboard; serve a buffet in bowls
a chopping board | chopping boards | end-grain oak; beech; olive wood; rubber | Large boards for carving; Bread boards with a crumb tray; Boards with a juice groove; Small boards for fruit; Chopping boards for fish only; Boards to serve cheese on; Non-slip boards; Boards that hang on the wall | oil a chopping board; remove the smell of garlic; flatten a warped board; choose between wood and plastic; disinfect a board naturally; carve a roast on a board
a storage jar | storage jars | clear glass; stoneware; tin; cork and glass | Jars for flour and sugar; Preserving jars with rubber rings; Spice jars for a drawer; Airtight jars for coffee; Jars with a wooden lid; Biscuit tins for December; Large jars for pickles; Stackable jars for deep shelves | keep flour free of moths; label a whole pantry; sterilise jars for jam; pickle cucumbers the Swedish way; arrange a pantry by use; keep coffee fresh for a month`,
  ],
  [
    'Lighting',
    [
      'a low ceiling',
      'a north-facing room',
      'a dark hallway',
      'a kitchen worktop',
      'a reading corner',
      'a room without wall sockets',
      'November evenings',
      'a child afraid of the dark',
    ],
    `a pendant lamp | pendant lamps | opal glass; spun brass; rice paper; felt | Large pendants over the table; Clusters of small pendants; Pendants for high stairwells; Dimmable pendants; Paper lanterns in new shapes; Pendants for sloping ceilings; Kitchen pendants in a row; Pendants made of recycled bottles | hang a lamp at the right height; move a pendant without a new socket; shorten a lamp cable; choose the size of a pendant; clean a paper shade; wire a ceiling hook safely
a floor lamp | floor lamps | blackened steel; oak and linen; chrome; cast concrete | Arc lamps over the sofa; Reading lamps with a spot; Uplighters for soft light; Tripod lamps; Slim floor lamps behind a chair; Floor lamps with a small table; Cordless floor lamps; Floor lamps for the office at home | place three lamps in a living room; steady a floor lamp on a rug; change a worn foot switch; hide a lamp's cable; choose a shade for a floor lamp; light a corner without glare
a table lamp | table lamps | mouth-blown glass; ceramic; pleated linen; brass | Rechargeable lamps for the dinner table; Bedside lamps with a dimmer; Window lamps for winter; Mushroom lamps from the seventies; Desk lamps with a joint; Small lamps for shelves; Children's lamps; Table lamps with a wireless charger | choose a lampshade that fits; repair a broken lamp socket; make a table lamp from a bottle; set a window with lamps; get two lamps to match; choose a bulb for warm light
a wall lamp | wall lamps | plaster; brass; rattan; frosted glass | Plug-in wall lamps; Swing-arm lamps for reading; Bathroom lamps for both sides of a mirror; Picture lights; Wall lamps for stairs; Up-and-down lights; Wall lamps without cables; Small wall lamps for the hallway | mount a wall lamp on concrete; place lamps beside a mirror; cover a cable on the wall; choose the height of a wall lamp; light a picture well; replace old sconces
an outdoor light | outdoor lights | galvanised steel; copper; weathered brass; tinted glass | Path lights on a timer; Wall lights with a sensor; Solar lanterns; Light strings for the terrace; Spotlights for trees; Festive stars for the porch; Portable lights for the table; House-number lights | plan light along a path; read an IP class; lay a low-voltage cable; keep light away from the bedroom window; hang a light string without nails; store lanterns over the winter`,
  ],
  [
    'Textiles',
    [
      'underfloor heating',
      'a tall window',
      'a household with a dog',
      'a nursery',
      'allergy sufferers',
      'a bathroom without a window',
      'a sunny room',
      'an echoing room',
    ],
    `a rug | rugs | wool; jute; recycled cotton; viscose | Round rugs under the table; Runners for long hallways; Washable rugs for families; Flat-woven rugs from the loom; Shaggy rugs for bare feet; Outdoor rugs; Rugs in odd sizes; Rag rugs as grandmother wove them | choose a rug size; stop a rug from slipping; get candle wax out of a rug; layer two rugs; beat a rug in the snow; keep a rug's corners down
a pair of curtains | curtains | linen; cotton velvet; wool; sheer voile | Blackout curtains for shift workers; Sheer curtains for privacy; Ready-made curtains in four lengths; Panel curtains for sliding doors; Café curtains; Thermal curtains; Curtains for roof windows; Curtains made to measure | measure a window for curtains; hang curtains from the ceiling; shorten a curtain without sewing; wash linen curtains; choose a curtain heading; dampen noise with fabric
a cushion | cushions | linen; wool bouclé; kilim; corduroy | Sofa cushions in autumn colours; Floor cushions for guests; Bolsters for the day bed; Embroidered cushions; Seat cushions with ties; Outdoor cushions; Large cushions for bed heads; Cushion covers under twenty | combine five cushions; choose an inner cushion; sew a cushion with a hidden zip; wash a feather cushion; store cushions in winter; bring colour to a grey sofa
a throw | throws | mohair; lambswool; alpaca; organic cotton | Warm throws for the terrace; Light throws for summer; Throws for the end of the bed; Striped throws from Klippan; Fringed throws; Children's blankets; Picnic blankets with a backing; Throws as gifts | fold a throw for the sofa; remove pilling from wool; wash mohair by hand; keep a cat off a wool throw; choose a throw as a present; mend a moth hole
a bath towel | towels | terry cotton; waffle linen; bamboo; hammam cotton | Large bath sheets; Quick-drying towels for travel; Sauna towels; Guest towels; Children's hooded towels; Beach towels; Kitchen towels in linen; Towel sets for newly-weds | keep towels soft; get rid of musty smells; fold towels like a hotel; choose a towel's weight; dry towels in a small bathroom; turn old towels into cloths`,
  ],
  [
    'Garden Furniture',
    [
      'a windy balcony',
      'a small patio',
      'a glazed veranda',
      'a lakeside deck',
      'a roof terrace',
      'a shady garden',
      'a salty coast',
      'late-summer dinners',
    ],
    `a lounge set | lounge sets | teak; aluminium; polyrattan; acacia | Corner lounge sets; Lounge sets for two; Modular outdoor sofas; Lounge sets with a fire table; Lounge sets that stay out all year; Low lounge sets for the deck; Compact sets for balconies; Lounge sets with deep cushions | plan an outdoor room; clean outdoor cushions; protect a lounge set from rain; bring back grey teak; anchor furniture against wind; store cushions in a small space
a garden table | garden tables | oiled teak; galvanised steel; fibre cement; larch | Extendable garden tables; Folding balcony tables; Round tables for six; Tables with a hole for a parasol; Bistro tables; Tables for standing drinks; Children's picnic tables; Rail tables for the balcony | oil a garden table; set a table outdoors; keep wasps from the table; level a table on gravel; remove moss from wood; seat ten in a small garden
a sun lounger | sun loungers | eucalyptus; woven rope; aluminium; canvas | Folding sun loungers; Loungers with wheels; Double day beds; Rocking loungers; Loungers with a sunshade; Stackable loungers; Low beach chairs; Hammocks and hanging chairs | place a lounger for the evening sun; wash canvas covers; replace worn webbing; hang a hammock between two trees; choose a lounger's cushion; store loungers upright
a garden bench | garden benches | cast iron and oak; pine; recycled plastic; painted steel | Benches around a tree; Benches with storage; Swing benches; Backless benches; Memorial benches; Entrance benches; Corner benches; Benches for the vegetable plot | paint a garden bench; build a bench of planks; choose a place for a bench; treat a rusty frame; replace rotten slats; make a bench comfortable in autumn
a parasol | parasols | solution-dyed acrylic; cotton canvas; raffia; recycled polyester | Cantilever parasols; Half parasols for the wall; Tilting parasols; Large market parasols; Parasols for the beach; Sun sails; Parasols with lighting; Fringed parasols | choose a parasol's base; clean mildew from a canopy; secure a parasol in wind; measure for shade; repair a parasol crank; put a sun sail up safely`,
  ],
  [
    'Garden & Balcony',
    [
      'a first garden',
      'a north-facing balcony',
      'growing zone five',
      'an allotment',
      'a school garden',
      'a courtyard',
      'gardening with children',
      'a busy week',
    ],
    `a raised bed | raised beds | larch; corten steel; pallet collars; woven willow | Tall raised beds for good backs; Raised beds on castors; Stackable pallet collars; Raised beds with a cold frame; Narrow beds along a wall; Self-watering raised beds; Children's raised beds; Round raised beds | fill a raised bed in layers; plan a first harvest; keep slugs out; rotate crops in four beds; line a bed against rot; feed the soil in autumn
a plant pot | plant pots | terracotta; glazed clay; zinc; fibre clay | Large pots for olive trees; Hanging pots; Self-watering pots; Frost-proof pots; Pots with a saucer; Mini pots for cuttings; Pots for orchids; Pots on castors | repot a fiddle-leaf fig; water plants during a holiday; choose soil for pots; drain a pot without holes; clean lime from terracotta; overwinter a pelargonium
a greenhouse | greenhouses | tempered glass; polycarbonate; painted pine; aluminium | Lean-to greenhouses; Mini greenhouses for balconies; Greenhouses as living rooms; Walk-in polytunnels; Greenhouses with automatic vents; Cold frames; Greenhouses with a stone base; Orangeries for northern gardens | lay a greenhouse foundation; heat a greenhouse cheaply; grow tomatoes in a short summer; shade a greenhouse in July; keep a greenhouse free of aphids; extend the season to November
a garden spade | garden tools | ash and steel; stainless steel; bamboo; forged iron | Spades and forks for heavy soil; Pruning tools; Watering cans; Children's garden tools; Tools for the balcony; Wheelbarrows; Hand tools for weeding; Rakes for leaves and lawn | sharpen secateurs; prune an apple tree; hang tools in a shed; oil wooden handles; edge a lawn; choose a wheelbarrow
a balcony box | balcony boxes | powder-coated steel; zinc; recycled plastic; terracotta | Boxes for wide railings; Boxes with a water reservoir; Herb boxes; Boxes for evergreen plants; Wall-hung boxes; Boxes for strawberries; Insulated boxes; Small boxes for window sills | plant a box that flowers until frost; fasten a box safely; grow salad on a balcony; choose plants for wind; combine bulbs in layers; attract bees to a balcony`,
  ],
  [
    'Outdoor Cooking',
    [
      'a small balcony',
      'a beach day',
      'a forest camp',
      'a crowd of twenty',
      'a rainy summer',
      'a winter barbecue',
      'beginners',
      'a quick weekday dinner',
    ],
    `a grill | grills | enamelled steel; stainless steel; cast aluminium; ceramic | Charcoal kettle grills; Gas grills with three burners; Electric grills for flats; Ceramic grills; Portable grills; Built-in grills; Table grills; Grills with a side burner | light charcoal without fluid; grill a whole salmon; clean a grate; control two heat zones; grill vegetables well; store a grill over winter
a pizza oven | pizza ovens | refractory stone; stainless steel; fire clay; cast iron | Wood-fired pizza ovens; Gas pizza ovens; Pizza ovens for a grill; Portable pizza ovens; Large ovens for parties; Pizza stones and steels; Pizza ovens with a stand; Bread ovens | make dough the day before; reach four hundred degrees; turn a pizza with a peel; bake bread in a pizza oven; cure a new pizza oven; top a pizza from the garden
a fire bowl | fire pits | corten steel; cast iron; granite; copper | Fire bowls for the terrace; Smokeless fire pits; Fire tables; Portable fire pits; Fire pits with a grate; Fire baskets; Lanterns and torches; Fire pits with a swivel arm | stack a fire; cook over open flames; choose firewood; place a fire bowl safely; keep smoke away from guests; put out a fire properly
a smoker | smokers | galvanised steel; oak staves; stainless steel; clay | Cold smokers; Barrel smokers; Small smokers for fish; Smoking boxes for the grill; Electric smokers; Offset smokers; Smoking guns for the kitchen; Smokers for the trip | hot-smoke perch; cold-smoke salt and butter; choose chips of alder or juniper; make pulled pork; clean a smoker; smoke cheese without melting it
a picnic basket | picnic baskets | willow; canvas; recycled wool; birch bark | Picnic baskets for four; Cool bags; Bicycle baskets; Thermos flasks; Enamel mugs and plates; Picnic rugs; Cutlery for the rucksack; Baskets for mushrooms | pack a picnic for midsummer; keep food cold all day; make coffee over a fire; pack a cake without accidents; plan a picnic in the rain; clean a willow basket`,
  ],
  [
    'Storage & Hallway',
    [
      'a tiny hallway',
      'a family with small children',
      'a rented room',
      'wet winter boots',
      'a stairwell',
      'a laundry room',
      'a walk-in closet',
      'a house full of hobbies',
    ],
    `a shoe rack | shoe racks | oak; black steel; bamboo; powder-coated mesh | Narrow shoe cabinets; Shoe racks with a bench; Stackable shoe racks; Racks for tall boots; Wall-hung shoe racks; Shoe racks for the wardrobe; Drip trays; Closed shoe cupboards | dry wet shoes gently; store shoes for five; keep a hallway free of gravel; build a shoe rack; care for winter boots; clear out old shoes
a coat stand | coat stands | turned birch; bent steel; walnut; cast iron | Coat stands for small corners; Hook rails; Hat shelves with hangers; Children's coat racks; Folding hooks; Clothes valets; Coat racks with a mirror; Free-standing clothes rails | hang a hat shelf straight; choose screws for old walls; sort outdoor clothes by season; fit a hallway in one metre; keep a coat stand from tipping; plan hooks at two heights
a basket | baskets | seagrass; felt; wire; chip wood | Laundry baskets with a lid; Log baskets; Baskets for toys; Baskets on a shelf; Hanging baskets; Baskets for hats and gloves; Bicycle and shopping baskets; Baskets with a lining | tidy toys in ten minutes; clean a seagrass basket; sort laundry in three baskets; line a basket with fabric; choose a basket for firewood; label baskets nicely
a modular shelf | modular shelves | anodised aluminium; birch plywood; oak; lacquered steel | Starter sets for shelves; Shelves with cabinets; Shelves for the home office; Workshop shelves; Wine shelves; Shelves around a door; Shelves for the bathroom; Add-on units | plan a wall of shelves; calculate what a shelf carries; fix rails to plasterboard; extend a shelf after years; level a long shelf; use the space above a door
a doormat | doormats | coir; recycled rubber; woven polypropylene; steel grating | Mats for heavy traffic; Washable mats; Half-round mats; Recessed mats; Long mats for the hallway; Mats with a message; Outdoor scraper mats; Mats that trap gravel | clean a coir mat; choose a mat's size; stop a mat from curling; keep salt off the floor; cut a mat to fit; dry a mat in winter`,
  ],
];

const FIRST_NAMES =
  'Elin Marcus Astrid Johan Sara Emil Karin Oskar Ida Nils Maja Anton Lovisa Henrik Ebba Jonas Signe Viktor Hanna Gustav Linnea Axel Frida Mattias Tove'.split(
    ' ',
  );
const TOWNS = [
  'Umeå',
  'Visby',
  'Lund',
  'Gothenburg',
  'Kiruna',
  'Falun',
  'Kalmar',
  'Aarhus',
  'Bergen',
  'Turku',
  'Östersund',
  'Ystad',
  'Uppsala',
  'Trondheim',
  'Karlstad',
  'Tampere',
  'Marstrand',
  'Roskilde',
  'Västerås',
  'Simrishamn',
  'Norrköping',
  'Skellefteå',
  'Stavanger',
];
const HOMES = [
  'a row house',
  'a converted barn',
  'a one-room flat',
  'a functionalist villa',
  'a red cottage',
  'a houseboat',
  'a former school',
  'an attic flat',
  'a new-built terrace',
  'a turn-of-the-century flat',
  'a farmhouse',
];

/** What every subcategory has besides its ranges and tasks: one wording out of each row, a different one from shelf to shelf. */
const TEMPLATES = [
  ['{Items} in {m0}', '{Items} made of {m0}', 'Our {items} in {m0}'],
  ['{Items} in {m1}', 'A closer look at {items} in {m1}', '{Items} made of {m1}'],
  ['Why we love {items} in {m2}', '{Items} in {m2}', '{Items} in {m2} for every budget'],
  ['New this season: {items} in {m3}', '{Items} in {m3}', 'The case for {items} in {m3}'],
  ['The best {items} for {p0}', '{Items} for {p0}', 'Our favourite {items} for {p0}'],
  ['{Items} for {p1}: six good choices', 'Choosing {items} for {p1}', 'Which {items} suit {p1}?'],
  ['Finding {items} for {p2}', 'Smart {items} for {p2}', '{Items} with {p2} in mind'],
  ['Five {items} for {p3}', 'What to know about {items} for {p3}', '{Items} for {p3}, tried and rated'],
  [
    '{M0} or {m1}: which is better for {items}?',
    '{M0} versus {m1} for {items}',
    '{Items} in {m0} or {m1}? A comparison',
  ],
  [
    '{M2} or {m3}: what to choose for {items}',
    '{Items}: {m2} against {m3}',
    'Should your {items} be in {m2} or {m3}?',
  ],
  [
    '{M1} and {m2} side by side: {items} after ten years',
    '{Items} in {m1} or {m2}? We asked three experts',
    'From {m1} to {m2}: a short history of {items}',
  ],
  [
    'How to care for {items} in {m0}',
    'Caring for {items} in {m0}, step by step',
    'Make {items} in {m0} last a lifetime',
  ],
  [
    'Give {items} in {m3} a longer life',
    'Cleaning {items} in {m3} the gentle way',
    '{Items} in {m3}: care through the seasons',
  ],
  ['How to choose {a}', 'A buyer’s guide to {items}', 'Everything to consider before you buy {a}'],
  [
    'What good {items} cost, and why',
    '{Items} for small and large budgets',
    'Where to save and where to spend on {items}',
  ],
  [
    'Seven mistakes to avoid when buying {items}',
    'Common mistakes with {items}, and how to avoid them',
    'What we wish we had known about {items}',
  ],
  [
    'When to repair and when to replace {a}',
    'Repair, reuse or recycle: {items}',
    'Can it be saved? Repairing {a}',
  ],
  [
    'At home with {n0} and {n1}: {items} in {h0} in {t0}',
    'Visiting {n0} in {t0}: {items} and {h0}',
    '{n0} and {n1} furnish {h0} in {t0} with {items}',
  ],
  [
    'How {n2} found {items} for {h1} in {t1}',
    '{n2} from {t1} on {items} with a history',
    '{n2} in {t1}: “{Items} are where I start”',
  ],
  [
    'A weekend in {t2} with {n3}, who collects {items}',
    '{n3} moves to {t2} and brings the {items}',
    'Small space, big plans: {n3} on {items} in {t2}',
  ],
  [
    'Meet the maker: {n4} and our {items}',
    'Inside the workshop where {n4} makes {items}',
    '{n4} designs {items} for every day',
  ],
  [
    'How we test our {items}',
    'A day in the test lab with {items}',
    'Ten years of wear in ten days: testing {items}',
  ],
  [
    '{Items}: what is new this autumn',
    'Trends in {items} that are here to stay',
    'The year’s {items}, according to our buyers',
  ],
  [
    'What our customers say about {items}',
    'Questions and answers about {items}',
    'You asked, we answer: {items}',
  ],
  [
    'Second-hand {items}: what to look for',
    'Buying used {items}: questions to ask',
    'Restored {items} with a past',
  ],
  [
    'Where the materials in our {items} come from',
    'The climate footprint of our {items}',
    'How our {items} are packed without plastic',
  ],
];

function capitalise(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function slugOf(text) {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[’']/g, '')
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function split(text) {
  return text.split(';').map((part) => part.trim());
}

/** Steps through a list so that neighbouring shelves get different entries. */
function pick(list, shelf, place) {
  return list[(shelf * 7 + place * 5) % list.length];
}

function wordsFor(shelf, fields, places) {
  const [article, items, materials] = fields;
  const words = { a: article, items, Items: capitalise(items) };
  for (const [i, material] of split(materials).entries()) {
    words[`m${i}`] = material;
    words[`M${i}`] = capitalise(material);
  }
  for (let i = 0; i < 5; i += 1) {
    words[`p${i}`] = places[(shelf + i * 2 + (shelf % 2)) % places.length];
    words[`n${i}`] = FIRST_NAMES[(shelf * 3 + i * 4) % FIRST_NAMES.length];
    words[`t${i}`] = pick(TOWNS, shelf, i);
    words[`h${i}`] = pick(HOMES, shelf, i);
  }
  return words;
}

function titlesFor(shelf, line, places) {
  const fields = line.split('|').map((field) => field.trim());
  const words = wordsFor(shelf, fields, places);
  const [ranges, tasks] = [split(fields[3]), split(fields[4])];
  const written = TEMPLATES.map((row, i) =>
    capitalise(row[(shelf + i) % row.length].replace(/\{(\w+)\}/g, (_, name) => words[name])),
  );
  return [...ranges, ...tasks.map((task) => `How to ${task}`), ...written].map((title) =>
    title.replace(/'/g, '’'),
  );
}

const lines = ['# The built-in site: URL, tab, title. Ten categories of five subcategories of forty pages.'];
let shelf = 0;
for (const [category, places, text] of CATEGORIES) {
  for (const line of text.split('\n')) {
    const folder = `${slugOf(category)}/${slugOf(line.split('|')[1])}`;
    for (const title of titlesFor(shelf, line, places)) {
      lines.push(`${SITE}/${folder}/${slugOf(title)}\t${title}`);
    }
    shelf += 1;
  }
}
writeFileSync(new URL('../../urls.txt', import.meta.url), `${lines.join('\n')}\n`);
process.stdout.write(`${lines.length - 1} pages\n`);
