namespace Commission.Silo.Configuration;

/// <summary>What one connection may cost, and how many there may be: bounds of hostile and of broken clients.</summary>
public sealed class ConnectionSettings
{
    /// <summary>Connections at a time, of all ports, 1 to 1,000,000; more are closed at once.</summary>
    public int Most { get; set; } = 20_000;

    /// <summary>Calls at a time on one connection of HTTP/2, 1 to 100,000; a client waits with more.</summary>
    public int Streams { get; set; } = 1000;

    /// <summary>Bytes of a request's headers together, 1,024 to 1,048,576.</summary>
    public int HeaderBytes { get; set; } = 16 * 1024;

    /// <summary>A request's headers, 10 to 1,000.</summary>
    public int Headers { get; set; } = 100;

    /// <summary>Seconds in which the headers of a request must arrive, 1 to 600.</summary>
    public int HeaderSeconds { get; set; } = 15;

    /// <summary>Seconds after which a connection without a call is closed, 1 to 86,400.</summary>
    public int IdleSeconds { get; set; } = 600;

    /// <summary>
    /// Seconds after which a silent connection of HTTP/2 is asked whether it lives, 1 to 3,600 and at least
    /// <see cref="PingMargin"/> above <see cref="GraceSeconds"/>.
    /// </summary>
    public int PingSeconds { get; set; } = 30;

    /// <summary>Seconds in which it must answer, 1 to 600; else it is closed, and its calls end.</summary>
    public int PingTimeoutSeconds { get; set; } = 20;

    /// <summary>
    /// Bytes a second that a client at least sends of a request's body, or takes of a response that waits, 1 to
    /// 1,000,000; a slower one is disconnected. Streams of requests may be silent.
    /// </summary>
    public int BytesPerSecond { get; set; } = 240;

    /// <summary>Seconds for which a client may be slower, 2 to 600.</summary>
    public int GraceSeconds { get; set; } = 5;

    /// <summary>
    /// Seconds by which pings must be rarer than what a slow client is given: all that is sent, a ping too, gives the
    /// connection's client that much more. The web server looks at the time once a second.
    /// </summary>
    internal const int PingMargin = 2;

    /// <summary>Whether pings would keep a client that reads nothing for ever.</summary>
    internal bool PingsExcuseSlowness => PingSeconds < GraceSeconds + PingMargin;

    /// <summary>The settings that are out of range can be told by these.</summary>
    internal IEnumerable<(string Key, int Value, int Min, int Max)> Ranges =>
    [
        ("Connections:Most", Most, 1, 1_000_000),
        ("Connections:Streams", Streams, 1, 100_000),
        ("Connections:HeaderBytes", HeaderBytes, 1024, 1024 * 1024),
        ("Connections:Headers", Headers, 10, 1000),
        ("Connections:HeaderSeconds", HeaderSeconds, 1, 600),
        ("Connections:IdleSeconds", IdleSeconds, 1, 86_400),
        ("Connections:PingSeconds", PingSeconds, 1, 3600),
        ("Connections:PingTimeoutSeconds", PingTimeoutSeconds, 1, 600),
        ("Connections:BytesPerSecond", BytesPerSecond, 1, 1_000_000),
        ("Connections:GraceSeconds", GraceSeconds, 2, 600),
    ];
}
