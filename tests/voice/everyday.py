"""What people say to Home Assistant itself, and the intent that Home Assistant takes it for.

Many are near to ours: something is turned off, ends, or is about calls.
"""

TURN_ON = "HassTurnOn"
TURN_OFF = "HassTurnOff"
STATE = "HassGetState"
LIGHT = "HassLightSet"
POSITION = "HassSetPosition"
VOLUME = "HassSetVolume"
NEXT = "HassMediaNext"
TIMER = "HassStartTimer"
CANCEL = "HassCancelTimer"
LIST = "HassListAddItem"

EVERYDAY: list[tuple[str, str]] = [
    # Lights, switches and fans
    ("turn on the bedroom lamp", TURN_ON),
    ("turn the bedroom lamp on", TURN_ON),
    ("switch on the bedroom lamp please", TURN_ON),
    ("please turn on the coffee machine", TURN_ON),
    ("activate the coffee machine", TURN_ON),
    ("turn on all the lights", TURN_ON),
    ("turn on the lights in the kitchen", TURN_ON),
    ("kitchen lights on", TURN_ON),
    ("turn on the lights", TURN_ON),
    ("lights on", TURN_ON),
    ("turn on the ceiling fan", TURN_ON),
    ("turn on the fans in the bedroom", TURN_ON),
    ("turn off the bedroom lamp", TURN_OFF),
    ("turn the bedroom lamp off", TURN_OFF),
    ("switch off the coffee machine", TURN_OFF),
    ("turn off all the lights", TURN_OFF),
    ("turn off the lights in the bedroom", TURN_OFF),
    ("turn off the lights", TURN_OFF),
    ("lights off", TURN_OFF),
    ("turn off the ceiling fan", TURN_OFF),
    ("turn off the fans in the bedroom", TURN_OFF),
    ("turn off do not disturb mode", TURN_OFF),
    ("set the bedroom lamp to 50%", LIGHT),
    ("set bedroom lamp brightness to 20 percent", LIGHT),
    ("set the brightness in the kitchen to 70%", LIGHT),
    ("change the brightness of the bedroom lamp to 30%", LIGHT),
    ("set the bedroom lamp to red", LIGHT),
    ("set the kitchen lights to blue", LIGHT),
    ("turn the bedroom lamp green", LIGHT),
    # Covers, locks and valves
    ("open the kitchen blinds", TURN_ON),
    ("open the garage door", TURN_ON),
    ("open the curtains in the bedroom", TURN_ON),
    ("raise the kitchen blinds", TURN_ON),
    ("close the kitchen blinds", TURN_OFF),
    ("close the garage door", TURN_OFF),
    ("close the curtains in the bedroom", TURN_OFF),
    ("lower the kitchen blinds", TURN_OFF),
    ("set the kitchen blinds to 40%", POSITION),
    ("open the kitchen blinds to 25%", POSITION),
    ("lock the front door", TURN_ON),
    ("unlock the front door", TURN_OFF),
    ("is the front door locked", STATE),
    ("is the garage door open?", STATE),
    ("are any windows open", STATE),
    # Scenes, scripts and vacuums
    ("activate the dinner scene", TURN_ON),
    ("run the good night script", TURN_ON),
    ("start the robot", "HassVacuumStart"),
    ("start the vacuum robot", "HassVacuumStart"),
    ("return the robot to base", "HassVacuumReturnToBase"),
    # Climate and weather
    ("what is the temperature", "HassClimateGetTemperature"),
    ("what's the temperature in the kitchen?", "HassClimateGetTemperature"),
    ("how warm is it in the bedroom", "HassClimateGetTemperature"),
    ("set the temperature to 21 degrees", "HassClimateSetTemperature"),
    ("set the temperature in the bedroom to 19 degrees", "HassClimateSetTemperature"),
    ("set the thermostat to 20 degrees", "HassClimateSetTemperature"),
    ("what's the weather", "HassGetWeather"),
    ("what is the weather like?", "HassGetWeather"),
    # Who and what
    ("where is Anna", STATE),
    ("where's Anna?", STATE),
    ("is Anna at home", STATE),
    ("who is home", STATE),
    ("what is the state of the bedroom lamp", STATE),
    ("is the bedroom lamp on", STATE),
    ("are the lights on in the kitchen", STATE),
    ("how many lights are on", STATE),
    ("which lights are on?", STATE),
    ("what is the bedroom lamp", STATE),
    ("what time is it", "HassGetCurrentTime"),
    ("what's the time?", "HassGetCurrentTime"),
    ("what is the date today", "HassGetCurrentDate"),
    ("what's the date", "HassGetCurrentDate"),
    # Media
    ("pause the TV", "HassMediaPause"),
    ("pause", "HassMediaPause"),
    ("resume the TV", "HassMediaUnpause"),
    ("resume", "HassMediaUnpause"),
    ("next track", NEXT),
    ("skip to the next song", NEXT),
    ("previous track", "HassMediaPrevious"),
    ("set the TV volume to 30%", VOLUME),
    ("set the volume to 20 percent", VOLUME),
    ("turn up the volume", "HassSetVolumeRelative"),
    ("turn the volume down", "HassSetVolumeRelative"),
    ("mute the TV", "HassMediaPlayerMute"),
    ("unmute the TV", "HassMediaPlayerUnmute"),
    # Timers
    ("start a timer for five minutes", TIMER),
    ("set a timer for 2 hours", TIMER),
    ("set a 10 minute timer", TIMER),
    ("start a pizza timer for 15 minutes", TIMER),
    ("timer for half an hour", TIMER),
    ("cancel the timer", CANCEL),
    ("stop the timer", CANCEL),
    ("cancel the pizza timer", CANCEL),
    ("cancel all timers", "HassCancelAllTimers"),
    ("add 5 minutes to the timer", "HassIncreaseTimer"),
    ("take 2 minutes off the timer", "HassDecreaseTimer"),
    ("pause the timer", "HassPauseTimer"),
    ("resume the timer", "HassUnpauseTimer"),
    ("how much time is left on the timer?", "HassTimerStatus"),
    # Lists
    ("add milk to my shopping list", LIST),
    ("put call grandma on the shopping list", LIST),
    ("add call the plumber to the tasks list", LIST),
    ("add phone to the tasks list", LIST),
    ("complete call grandma on the tasks list", "HassListCompleteItem"),
    # Announcements and the rest
    ("broadcast dinner is ready", "HassBroadcast"),
    ("announce that grandma is calling", "HassBroadcast"),
    ("never mind", "HassNevermind"),
    ("nevermind", "HassNevermind"),
]
