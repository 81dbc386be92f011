using System.Security.Claims;
using Commission.Gateway.Grpc.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Commission.Gateway.Grpc.Http;

/// <summary>A call that came by HTTP; the base of the calls of each protocol.</summary>
internal class HttpCall : RpcContext, IDisposable
{
    private const int ResetCancel = 8;

    // Timers end here; a caller that waits longer than this has no deadline in practice.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(24);

    private static readonly TimeSpan BudgetRetry = TimeSpan.FromSeconds(1);

    private readonly CallTelemetry? _telemetry;
    private CancellationTokenSource? _source;
    private long _held;
    private ITimer? _timer;
    private volatile bool _expired;
    private volatile bool _left;
    private volatile bool _ended;

    public HttpCall(RpcServer server, RpcMethod method, HttpContext http, TimeSpan? timeout)
        : base(method, timeout is { } t ? server.Clock.GetUtcNow() + t : null)
    {
        Server = server;
        Http = http;
        _telemetry = CallTelemetry.Begin(method, server.Clock, http.Request.Headers);
    }

    public RpcServer Server { get; }

    public HttpContext Http { get; }

    /// <summary>The protocol's name in traces and metrics.</summary>
    protected virtual string Protocol => "json";

    /// <summary>The stream of HTTP/2; null by HTTP/1.1.</summary>
    protected virtual IHttpResetFeature? Stream => Http.Features.Get<IHttpResetFeature>();

    /// <summary>Whether nobody reads the response any more.</summary>
    public bool HasLeft => _left || Http.RequestAborted.IsCancellationRequested;

    public bool IsPastDeadline => _expired || (Deadline is { } d && Server.Clock.GetUtcNow() >= d);

    /// <inheritdoc/>
    /// <remarks>Made on first use: a call that is answered at once needs neither the source nor the timer.</remarks>
    public override CancellationToken CancellationToken
    {
        get
        {
            if (_ended)
            {
                return new CancellationToken(canceled: true);
            }

            return (_source ?? CreateSource()).Token;
        }
    }

    public override string Peer => $"{Http.Connection.RemoteIpAddress}:{Http.Connection.RemotePort}";

    /// <inheritdoc/>
    public override ClaimsPrincipal? User => Http.User;

    public override IEnumerable<KeyValuePair<string, string>> Headers =>
        from header in Http.Request.Headers
        from value in header.Value
        where header.Key[0] != ':' && value is not null
        select new KeyValuePair<string, string>(header.Key.ToLowerInvariant(), value);

    public override string? Header(string name)
    {
        var values = Http.Request.Headers[name];
        return values.Count == 0 ? null : values[0];
    }

    /// <summary>
    /// Counts so many bytes of the request as in memory from now on, in place of what was counted before; none after
    /// the call's end. Small requests are not counted.
    /// </summary>
    /// <exception cref="RpcError">RESOURCE_EXHAUSTED: large requests of all callers are too much together.</exception>
    public void Hold(long bytes)
    {
        var counted = bytes > RequestBudget.Free ? bytes : 0;
        if (counted == 0 && Volatile.Read(ref _held) == 0)
        {
            return;
        }

        // Large requests are rare: one lock for all costs less than one in each call.
        lock (Server.Budget)
        {
            var more = (_ended ? 0 : counted) - _held;
            if (more > 0 && !Server.Budget.TryTake(more))
            {
                throw new RpcError(RpcStatus.ResourceExhausted, "The server has too many large requests; try again.")
                    .WithReason("OVERLOADED", "commission")
                    .WithRetryAfter(BudgetRetry);
            }

            if (more < 0)
            {
                Server.Budget.Return(-more);
            }

            _held += more;
        }
    }

    /// <summary>Ends the call and tells who counts calls how it ended.</summary>
    public void Close(RpcStatus status)
    {
        Dispose();
        _telemetry?.End(status, Protocol);
        Server.Table.Ended?.Invoke(this, status);
    }

    /// <summary>Ends the call: its token is cancelled, so that what it still has running ends too.</summary>
    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        Hold(0);
        Server.Table.Limits?.Leave(this);
        if (_source is { } source)
        {
            _timer?.Dispose();
            source.Cancel();
            source.Dispose();
        }
    }

    /// <summary>Notes that nobody reads the response any more: a write may tell so before the request's token does.
    /// </summary>
    /// <returns>To be thrown.</returns>
    protected OperationCanceledException Leave()
    {
        _left = true;
        return new OperationCanceledException("The caller has left.");
    }

    /// <summary>Cuts the response off as if the caller had cancelled: no end could follow.</summary>
    public void CutOff()
    {
        if (Stream is { } stream)
        {
            stream.Reset(ResetCancel);
        }
        else
        {
            Http.Abort();
        }
    }

    private CancellationTokenSource CreateSource()
    {
        var created = CancellationTokenSource.CreateLinkedTokenSource(Http.RequestAborted, Server.Stopping);
        if (Interlocked.CompareExchange(ref _source, created, null) is { } other)
        {
            created.Dispose();
            return other;
        }

        if (Deadline is { } deadline && deadline - Server.Clock.GetUtcNow() is var left && left < LongestTimer)
        {
            var due = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            _timer = Server.Clock.CreateTimer(static c => ((HttpCall)c!).Expire(), this, due, Timeout.InfiniteTimeSpan);
        }

        return created;
    }

    private void Expire()
    {
        _expired = true;
        if (!_ended)
        {
            try
            {
                _source!.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The call ended at the same moment; there is nothing left to cancel.
            }
        }
    }
}
