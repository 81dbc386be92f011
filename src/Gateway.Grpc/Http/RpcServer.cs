using System.Diagnostics;
using Commission.Gateway.Grpc.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Commission.Gateway.Grpc.Http;

/// <summary>What all calls of one mapped table share.</summary>
internal sealed partial class RpcServer
{
    private static readonly Func<ILogger, string, IDisposable?> TraceScope =
        LoggerMessage.DefineScope<string>("TraceId:{TraceId}");

    private readonly ILogger _logger;

    public RpcServer(MethodTable table, RpcOptions options, IServiceProvider services)
    {
        Table = table;
        Options = options;
        Budget = new RequestBudget(options.MaxRequestBytes);
        Clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Stopping = services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Commission.Rpc");
    }

    public MethodTable Table { get; }

    public RpcOptions Options { get; }

    /// <summary>Bounds the large requests of all callers.</summary>
    public RequestBudget Budget { get; }

    public TimeProvider Clock { get; }

    /// <summary>Cancelled when the server begins to stop.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Lets the call pass the gate; a refusal is an <see cref="RpcError"/>.</summary>
    public ValueTask EnterAsync(HttpCall call)
    {
        if (call.IsPastDeadline)
        {
            throw Expired();
        }

        Table.Limits?.Enter(call);
        return Table.Gate is { } gate ? gate(call) : ValueTask.CompletedTask;
    }

    /// <summary>What to tell the caller about an exception; what only we may know is logged.</summary>
    public RpcError Refusal(Exception exception, HttpCall call)
    {
        using var scope = NameTrace(call);

        // First of all: what the caller himself ended may look like a failure that he may expect.
        if (exception is OperationCanceledException or IOException && Ended(call, exception) is { } ended)
        {
            LogEnded(exception is IOException ? exception : null, call.Method.FullName, ended.Status, ended.Message);
            return ended;
        }

        if ((exception as RpcError ?? Table.Expected?.Invoke(exception)) is { } error)
        {
            LogRefused(call.Method.FullName, error.Status, error.Message);
            GatewayMeters.Refused(error);
            return error;
        }

        var id = call.Http.TraceIdentifier;
        LogFault(exception, call.Method.FullName, id);
        return new RpcError(RpcStatus.Internal, $"The server failed to answer. The incident is logged under {id}.");
    }

    /// <summary>Has what is logged name the caller's trace, which a span would do if anybody collected spans.</summary>
    private IDisposable? NameTrace(HttpCall call) =>
        Activity.Current is null
        && ActivityContext.TryParse(call.Http.Request.Headers.TraceParent, traceState: null, out var caller)
            ? TraceScope(_logger, caller.TraceId.ToHexString())
            : null;

    private static RpcError Expired() => new(RpcStatus.DeadlineExceeded, "The deadline passed before the call ended.");

    private RpcError? Ended(HttpCall call, Exception exception)
    {
        if (call.IsPastDeadline)
        {
            return Expired();
        }

        if (call.HasLeft)
        {
            return new RpcError(RpcStatus.Cancelled, "The caller cancelled the call.");
        }

        if (exception is BadHttpRequestException { StatusCode: var code })
        {
            var status = code == StatusCodes.Status413PayloadTooLarge
                ? RpcStatus.ResourceExhausted
                : RpcStatus.InvalidArgument;
            return new RpcError(status, "The request body could not be read as HTTP.");
        }

        return Stopping.IsCancellationRequested
            ? new RpcError(RpcStatus.Unavailable, "The server is stopping.")
            : null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} ended with {Status}: {Reason}")]
    private partial void LogRefused(string method, RpcStatus status, string reason);

    // Not more than that: whoever resets streams could fill the log.
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} was cut short with {Status}: {Reason}")]
    private partial void LogEnded(Exception? exception, string method, RpcStatus status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed; the caller was told incident {Incident}")]
    private partial void LogFault(Exception exception, string method, string incident);
}
