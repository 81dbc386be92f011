using System.Runtime.CompilerServices;
using Commission.Contracts.Health;
using static Commission.Contracts.Health.HealthCheckResponse.Types;

namespace Commission.Gateway.Grpc.Health;

/// <summary>Handlers of grpc.health.v1.Health: every service of the table has the process's status.</summary>
public sealed class HealthMethods
{
    private readonly Lazy<HashSet<string>> _services;
    private readonly HealthState _state;

    private HealthMethods(MethodTable table, HealthState state)
    {
        _state = state;

        // Read when first asked: services may still be added to the table after this one.
        _services = new(() => [.. table.Methods.Select(method => method.Descriptor.Service.FullName)]);
    }

    /// <summary>Adds the health service to a table.</summary>
    /// <returns>The table.</returns>
    public static MethodTable AddTo(MethodTable table, HealthState state)
    {
        var handlers = new HealthMethods(table, state);
        var service = HealthReflection.Descriptor.Services[0];
        return table
            .Unary<HealthCheckRequest, HealthCheckResponse>(service, "Check", (request, _) => handlers.Check(request))
            .ServerStream<HealthCheckRequest, HealthCheckResponse>(
                service, "Watch", (request, call) => handlers.Watch(request, call.CancellationToken))
            .Complete(service);
    }

    private ValueTask<HealthCheckResponse> Check(HealthCheckRequest request) => IsKnown(request)
        ? new(Response(_state.IsServing ? ServingStatus.Serving : ServingStatus.NotServing))
        : throw new RpcError(RpcStatus.NotFound, $"There is no service '{request.Service}'.");

    private async IAsyncEnumerable<HealthCheckResponse> Watch(
        HealthCheckRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        bool? told = null;
        while (true)
        {
            var (isServing, changed) = _state.Read();
            if (told is null && !IsKnown(request))
            {
                yield return Response(ServingStatus.ServiceUnknown);
                changed = new TaskCompletionSource().Task;
            }
            else if (isServing != told)
            {
                yield return Response(isServing ? ServingStatus.Serving : ServingStatus.NotServing);
            }

            told = isServing;
            await changed.WaitAsync(cancellation);
        }
    }

    private bool IsKnown(HealthCheckRequest request) =>
        request.Service.Length == 0 || _services.Value.Contains(request.Service);

    private static HealthCheckResponse Response(ServingStatus status) => new() { Status = status };
}
