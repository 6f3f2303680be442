// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializerBase;

import java.net.InetAddress;

/**
 * Addresses as addresses. Jackson writes the name of one that knows its name, and asks DNS for it
 * when it reads that.
 */
final class AddressJson {
    private AddressJson() {}

    static SimpleModule module() {
        return new SimpleModule()
                .addSerializer(InetAddress.class, new Writer())
                .addDeserializer(InetAddress.class, new Reader());
    }

    private static final class Writer extends ToStringSerializerBase {
        private static final long serialVersionUID = 1L;

        Writer() {
            super(InetAddress.class);
        }

        @Override
        public String valueToString(Object value) {
            return ((InetAddress) value).getHostAddress();
        }
    }

    private static final class Reader extends FromStringDeserializer<InetAddress> {
        private static final long serialVersionUID = 1L;

        Reader() {
            super(InetAddress.class);
        }

        @Override
        protected InetAddress _deserialize(String value, DeserializationContext context) {
            return InetAddress.ofLiteral(value);
        }
    }
}
