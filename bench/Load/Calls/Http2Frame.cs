namespace Commission.Load.Calls;

/// <summary>Types of frames, by RFC 9113, section 6.</summary>
internal enum Http2Frame : byte
{
    Data = 0,
    Headers = 1,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}
