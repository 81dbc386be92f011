namespace Commission.Hostile.Tests.Hosts;

/// <summary>A silo whose limits are so low that tests reach them in seconds.</summary>
public sealed class TightServer : IAsyncLifetime
{
    /// <summary>Connections at a time.</summary>
    public const int Connections = 60;

    /// <summary>MiB of large requests at a time.</summary>
    public const int RequestMegabytes = 8;

    /// <summary>A web page that may call.</summary>
    public const string Origin = "https://crm.example.com";

    public HostileServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await HostileServer.StartAsync(
            "--Commission:Connections:Most", $"{Connections}",
            "--Commission:Connections:HeaderSeconds", "1",
            "--Commission:Connections:IdleSeconds", "2",
            "--Commission:Connections:PingSeconds", "4",
            "--Commission:Connections:PingTimeoutSeconds", "1",
            "--Commission:Connections:GraceSeconds", "2",
            "--Commission:Limits:RequestMegabytes", $"{RequestMegabytes}",
            "--Commission:Listen:Origins", Origin);
        using var channel = Server.Connect();
        await Company.PutAsync(channel);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
