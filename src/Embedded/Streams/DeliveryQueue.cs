using Commission.Embedded.Hosting;
using Commission.Embedded.Runtime;

namespace Commission.Embedded.Streams;

/// <summary>Where a subscriber's handler runs: as requests of its grain, or in turns of its own.</summary>
internal abstract class DeliveryQueue
{
    internal static DeliveryQueue ForCaller(EmbeddedGrainRuntime runtime) =>
        Request.CurrentOrNull is { } request
            ? new GrainDeliveries(request.Activation)
            : new ClientDeliveries(new SerialQueue(runtime.Scheduler, runtime.Logger));

    internal abstract void Enqueue(Func<Request?, Task> delivery);

    internal abstract void Attach(IDisposable subscription);

    internal abstract void Detach(IDisposable subscription);

    private sealed class GrainDeliveries(Activation activation) : DeliveryQueue
    {
        internal override void Enqueue(Func<Request?, Task> delivery)
        {
            var request = new QueuedRequest("stream", RequestTraits.Local, parent: null);
            request.Start = () => _ = delivery(request);
            activation.Enqueue(request);
        }

        internal override void Attach(IDisposable subscription) => activation.AddLocal(subscription);

        internal override void Detach(IDisposable subscription) => activation.RemoveLocal(subscription);
    }

    private sealed class ClientDeliveries(SerialQueue queue) : DeliveryQueue
    {
        private static readonly SendOrPostCallback Start = static state => _ = ((Func<Request?, Task>)state!)(null);

        internal override void Enqueue(Func<Request?, Task> delivery) =>
            queue.Context.Post(Start, delivery);

        internal override void Attach(IDisposable subscription)
        {
            // A client's subscription ends when the client ends it.
        }

        internal override void Detach(IDisposable subscription)
        {
        }
    }
}
